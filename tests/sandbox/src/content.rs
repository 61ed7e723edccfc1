//! What a fresh gallery has published, so that there is something to see. All of it is invented, and
//! dated from the instant its database is made.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rusqlite::Transaction;

use crate::consents;
use crate::events::{self, Event};
use crate::feed::{self, FeedItem, Link};
use crate::media::{self, Picture};
use crate::picture;
use crate::texts::{Audience, Texts};
use crate::time::{DAY, Instant, day_of, start_of};
use crate::words::ConsentPurpose;

const HOUR: i64 = 3600;

/// Drawn once for however many galleries a simulation opens.
static EVENING: LazyLock<Vec<u8>> = LazyLock::new(|| picture::evening(480, 320));

/// Publishes what this database has not had before.
pub(crate) fn publish(tx: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
    let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    tx.pragma_update(None, "user_version", 2)?;
    if version < 2 {
        publish_consents(tx)?;
    }
    if version > 0 {
        return Ok(());
    }
    let evening = Picture { kind: "image/png".to_owned(), bytes: EVENING.clone() };
    let evening = media::keep(tx, &evening)?;
    for event in [spring_evening(now, &evening), private_preview(now)] {
        events::rows::put(tx, &event)?;
    }
    for item in items(now, &evening) {
        feed::rows::put(tx, &item)?;
    }
    Ok(())
}

fn publish_consents(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let processing = Texts::new(
        "Я согласен на обработку имени, телефона, покупок и событий, чтобы вести участие в программе.\n\nСогласие действует, пока участие не прекращено. Удалить аккаунт и данные можно в приложении.",
        "I agree to the processing of my name, phone, purchases and events, so that my membership can be kept.\n\nThe consent holds while I am a member. The account and its data can be deleted in the app.",
    );
    let advertising = Texts::new(
        "Я согласен получать рекламу галереи и её магазинов по телефону и в приложении.\n\nСогласие не обязательно, и его можно отозвать в любое время.",
        "I agree to receive advertising of the gallery and its shops by phone and in the app.\n\nThe consent is not required, and can be withdrawn at any time.",
    );
    let analytics = Texts::new(
        "Я согласен на обезличенный учёт того, как пользуюсь приложением.\n\nСогласие не обязательно, и его можно отозвать в любое время.",
        "I agree that my use of the app is measured without my name.\n\nThe consent is not required, and can be withdrawn at any time.",
    );
    let titles = [
        Texts::new("Обработка персональных данных", "Processing of personal data"),
        Texts::new("Реклама", "Advertising"),
        Texts::new("Аналитика", "Analytics"),
    ];
    let documents = ConsentPurpose::ALL.iter().zip(titles).zip([processing, advertising, analytics]);
    for ((purpose, title), text) in documents {
        consents::rows::publish(tx, *purpose, *purpose == ConsentPurpose::Processing, title, text)?;
    }
    Ok(())
}

fn tiers(ids: &[&str]) -> Audience {
    Audience(ids.iter().map(|id| (*id).to_owned()).collect())
}

/// An hour of a Moscow day so many days from now.
fn at(now: i64, days: i64, hour: i64) -> Instant {
    Instant(start_of(day_of(now + days * DAY)) + hour * HOUR)
}

fn spring_evening(now: i64, picture_url: &str) -> Event {
    Event {
        event_id: "spring-evening".to_owned(),
        title: Texts::new("Весенний вечер в атриуме", "A spring evening in the atrium"),
        description: Texts::new(
            "Струнный квартет, сады в миниатюре и чай из первого сбора.\n\nПриходите вдвоём: место на имя участника рассчитано на двоих.",
            "A string quartet, gardens in miniature and first-flush tea.\n\nCome as a pair: a member's place is for two.",
        ),
        audience: Audience::default(),
        place: Texts::new("Атриум, первый этаж", "Atrium, ground floor"),
        starts_at: at(now, 10, 19),
        ends_at: at(now, 10, 22),
        registration_opens_at: at(now, -3, 10),
        registration_closes_at: at(now, 10, 17),
        capacity: 120,
        places_left: 120,
        picture_url: Some(picture_url.to_owned()),
        registration: None,
    }
}

fn private_preview(now: i64) -> Event {
    Event {
        event_id: "private-preview".to_owned(),
        title: Texts::new("Закрытый показ Atelier Verba", "A private preview at Atelier Verba"),
        description: Texts::new(
            "Новая коллекция до её открытия, с автором и портным.\n\nМест немного: показ идёт в самом ателье.",
            "The new collection before it opens, with its author and the tailor.\n\nPlaces are few: it is held in the atelier itself.",
        ),
        audience: tiers(&["leto", "osen", "zima"]),
        place: Texts::new("Atelier Verba, второй этаж", "Atelier Verba, second floor"),
        starts_at: at(now, 6, 18),
        ends_at: at(now, 6, 20),
        registration_opens_at: at(now, -1, 10),
        registration_closes_at: at(now, 5, 20),
        capacity: 8,
        places_left: 8,
        picture_url: None,
        registration: None,
    }
}

fn items(now: i64, evening: &str) -> [FeedItem; 6] {
    let since = |hours: i64| Instant(now - hours * HOUR);
    let item = |id: &str, kind: &str, title: Texts, body: Texts, published_at: Instant| FeedItem {
        item_id: id.to_owned(),
        kind: kind.to_owned(),
        audience: Audience::default(),
        title,
        body,
        links: Vec::new(),
        picture_url: None,
        published_at,
        until: None,
        event_id: None,
        discount_percent: None,
        read: false,
        further: BTreeMap::new(),
    };
    [
        FeedItem {
            links: vec![Link {
                title: Texts::new("Меню", "The menu"),
                url: "https://vremenagoda.example/polden/menu".to_owned(),
            }],
            ..item(
                "courtyard",
                "news",
                Texts::new("Кофейня «Полдень» открыла дворик", "Polden has opened its courtyard"),
                Texts::new(
                    "Двенадцать столиков под липами и завтраки до полудня.\n\nДворик работает ежедневно с девяти.",
                    "Twelve tables under the lime trees, and breakfast until noon.\n\nThe courtyard is open daily from nine.",
                ),
                since(96),
            )
        },
        FeedItem {
            audience: tiers(&["osen", "zima"]),
            ..item(
                "stylist",
                "privilege",
                Texts::new("Стилист на этот сезон", "A stylist for this season"),
                Texts::new(
                    "Два часа со стилистом галереи: гардероб, примерки, доставка выбранного домой.\n\nЗапись у консьержа.",
                    "Two hours with the gallery's stylist: wardrobe, fittings, and home delivery of what you choose.\n\nAsk the concierge for a time.",
                ),
                since(72),
            )
        },
        FeedItem {
            audience: tiers(&["leto", "osen", "zima"]),
            until: Some(at(now, 21, 22)),
            discount_percent: Some(15),
            ..item(
                "silk",
                "personal_discount",
                Texts::new("«Северный шёлк»: ваши 15 %", "Severny Shyolk: your 15%"),
                Texts::new(
                    "На платки и шарфы новой коллекции. Покажите карту на кассе.",
                    "On scarves and shawls of the new collection. Show your card at the till.",
                ),
                since(48),
            )
        },
        FeedItem {
            audience: tiers(&["leto", "osen", "zima"]),
            until: Some(at(now, 6, 18)),
            event_id: Some("private-preview".to_owned()),
            ..item(
                "private-preview",
                "event",
                Texts::new("Закрытый показ Atelier Verba", "A private preview at Atelier Verba"),
                Texts::new(
                    "Новая коллекция до её открытия. Восемь мест, по записи.",
                    "The new collection before it opens. Eight places, by registration.",
                ),
                since(24),
            )
        },
        FeedItem {
            picture_url: Some(evening.to_owned()),
            until: Some(at(now, 10, 19)),
            event_id: Some("spring-evening".to_owned()),
            links: vec![Link {
                title: Texts::new("Программа вечера", "The programme"),
                url: "https://vremenagoda.example/spring-evening".to_owned(),
            }],
            ..item(
                "spring-evening",
                "event",
                Texts::new("Весенний вечер в атриуме", "A spring evening in the atrium"),
                Texts::new(
                    "Струнный квартет, сады в миниатюре и чай из первого сбора.\n\nВход по записи, для всех участников программы.",
                    "A string quartet, gardens in miniature and first-flush tea.\n\nBy registration, for all members of the programme.",
                ),
                since(6),
            )
        },
        FeedItem {
            until: Some(at(now, 14, 22)),
            further: BTreeMap::from([("frames".to_owned(), 3.into())]),
            ..item(
                "morning",
                "story",
                Texts::new("Утро в галерее", "A morning at the gallery"),
                Texts::new("Три кадра до открытия дверей.", "Three frames before the doors open."),
                since(2),
            )
        },
    ]
}
