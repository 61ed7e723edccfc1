//! The page's own words. Numbers, dates and reasons come from the core, ready to be read.

use std::time::Duration;

use super::Lang;

/// Every heading and caption of the page.
pub struct Labels {
    pub wordmark: &'static str,
    pub title: &'static str,
    pub member: &'static str,
    pub story: &'static str,
    pub photographs: &'static str,
    pub receipts: &'static str,
    pub credited_receipts: &'static str,
    pub taken_offline: &'static str,
    pub credited_sum: &'static str,
    pub tier: &'static str,
    pub before: &'static str,
    pub after: &'static str,
    pub ladder: &'static str,
    pub journey: &'static str,
    pub gallery: &'static str,
    pub gallery_story: &'static str,
    pub others: &'static str,
    pub others_story: &'static str,
    pub broken_file: &'static str,
    pub offline: &'static str,
    pub read_in: &'static str,
    pub looked_through_in: &'static str,
    pub code_outlined: &'static str,
    pub drive_number: &'static str,
    pub drive_number_long: &'static str,
    pub document_number: &'static str,
    pub document_number_long: &'static str,
    pub fiscal_sign: &'static str,
    pub fiscal_sign_long: &'static str,
    pub next_step: &'static str,
    pub feed: &'static str,
    pub feed_story: &'static str,
    pub new: &'static str,
    pub registrations: &'static str,
    pub registrations_story: &'static str,
    pub place: &'static str,
    pub starts_at: &'static str,
    pub ticket_code: &'static str,
    pub card: &'static str,
    pub card_story: &'static str,
    pub card_number: &'static str,
    pub card_code: &'static str,
    pub wallet: &'static str,
    pub wallet_story: &'static str,
    pub accepted: &'static str,
    pub refused: &'static str,
    pub refusal_code: &'static str,
    pub timings: &'static str,
    pub footer: &'static str,
}

const RU: Labels = Labels {
    wordmark: "Времена года",
    title: "История одного участника",
    member: "Участник",
    story: "Участник снимает чеки там, где застала покупка: за\u{a0}столиком без связи, на\u{a0}ходу, в\u{a0}тени. \
        Приложение само находит код на\u{a0}снимке, проверяет его и\u{a0}хранит чек до\u{a0}ответа галереи. \
        Чек учитывается один раз, сколько бы раз его ни\u{a0}сняли, а\u{a0}каждый отказ объяснён. \
        Ниже\u{a0}— вся история: шаг за\u{a0}шагом, от\u{a0}первого снимка до\u{a0}карты в\u{a0}кошельке телефона.",
    photographs: "Снимки",
    receipts: "Из них чеки",
    credited_receipts: "Зачтённые чеки",
    taken_offline: "Сняты без связи",
    credited_sum: "Добавлено к сумме",
    tier: "Уровень",
    before: "В начале",
    after: "В конце",
    ladder: "Уровни и сумма покупок на них",
    journey: "Шаг за шагом",
    gallery: "Чеки",
    gallery_story: "Снимки\u{a0}— такими, какими их увидел телефон. Линией обведён код, который он прочитал.",
    others: "Что не оказалось чеком",
    others_story: "Приложение говорит, что именно оно увидело и\u{a0}что делать дальше.",
    broken_file: "файл повреждён",
    offline: "снят без связи",
    read_in: "прочитан за",
    looked_through_in: "просмотрен за",
    code_outlined: "код обведён",
    drive_number: "ФН",
    drive_number_long: "Номер фискального накопителя",
    document_number: "ФД",
    document_number_long: "Номер фискального документа",
    fiscal_sign: "ФП",
    fiscal_sign_long: "Фискальный признак",
    next_step: "Что дальше",
    feed: "Лента",
    feed_story: "Что приложение показывало в\u{a0}начале и\u{a0}в\u{a0}конце: новый уровень приносит свои новости.",
    new: "Новое",
    registrations: "Регистрации на события",
    registrations_story: "Они сделаны без связи и\u{a0}сохранены в\u{a0}телефоне. Приложение было остановлено, \
        но ни\u{a0}одна не\u{a0}потерялась: галерея ответила, когда связь вернулась.",
    place: "Где",
    starts_at: "Когда",
    ticket_code: "Код билета",
    card: "Карта участника",
    card_story: "Её показывают на\u{a0}кассе. Цвет карты\u{a0}— цвет сезона, по которому назван уровень.",
    card_number: "Номер карты",
    card_code: "Код карты",
    wallet: "Карта в\u{a0}кошельке телефона",
    wallet_story: "Приложение передаёт кошельку только то, что подписала галерея. Подделка отклонена, \
        и\u{a0}причина названа.",
    accepted: "Принято",
    refused: "Отклонено",
    refusal_code: "Код отказа",
    timings: "Сколько это заняло",
    footer: "Все данные вымышлены: участник, чеки, снимки и\u{a0}ответы галереи созданы для показа. \
        Страницу составила команда",
};

const EN: Labels = Labels {
    wordmark: "Vremena Goda",
    title: "The story of one member",
    member: "Member",
    story: "The member photographs receipts wherever a purchase happens: at a table without a signal, in \
        passing, in the shade. The app finds the code by itself, checks it, and keeps the receipt until the \
        gallery answers. A receipt counts once, however often it is photographed, and every refusal is \
        explained. Here is the whole story: step by step, from the first photograph to the card in the phone’s \
        wallet.",
    photographs: "Photographs",
    receipts: "Receipts among them",
    credited_receipts: "Receipts credited",
    taken_offline: "Taken without a signal",
    credited_sum: "Added to the sum",
    tier: "Tier",
    before: "At the start",
    after: "At the end",
    ladder: "The tiers, and the sum of purchases on them",
    journey: "Step by step",
    gallery: "Receipts",
    gallery_story: "The photographs as the phone saw them. A line is drawn around the code that it read.",
    others: "What was not a receipt",
    others_story: "The app says what it saw, and what to do next.",
    broken_file: "the file is damaged",
    offline: "taken without a signal",
    read_in: "read in",
    looked_through_in: "looked through in",
    code_outlined: "the code is outlined",
    drive_number: "FN",
    drive_number_long: "Fiscal drive’s number",
    document_number: "FD",
    document_number_long: "Fiscal document’s number",
    fiscal_sign: "FP",
    fiscal_sign_long: "Fiscal sign",
    next_step: "What next",
    feed: "The feed",
    feed_story: "What the app showed at the start and at the end: a new tier brings news of its own.",
    new: "New",
    registrations: "Registrations for events",
    registrations_story: "They were made without a signal and kept on the phone. The app was stopped, yet none \
        was lost: the gallery answered when the signal was back.",
    place: "Where",
    starts_at: "When",
    ticket_code: "Ticket code",
    card: "The member’s card",
    card_story: "It is shown at the till, in the colour of the season that its tier is named after.",
    card_number: "Card number",
    card_code: "The card’s code",
    wallet: "The card in the phone’s wallet",
    wallet_story: "The app hands the wallet only what the gallery has signed. A forgery is refused, and the \
        reason is given.",
    accepted: "Accepted",
    refused: "Refused",
    refusal_code: "Refusal code",
    timings: "How long it took",
    footer: "All data is invented: the member, the receipts, the pictures and the gallery’s answers were made \
        for this showing. This page was written by",
};

impl Lang {
    /// The language's code in a page.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The page's words in this language.
    pub const fn labels(self) -> &'static Labels {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    /// How long something took, to the precision a reader needs.
    pub fn took(self, took: &Duration) -> String {
        let seconds = took.as_secs_f64();
        let (figure, unit) = match seconds {
            ..0.01 => (format!("{:.1}", seconds * 1_000.0), Unit::Milliseconds),
            ..0.9995 => (format!("{:.0}", seconds * 1_000.0), Unit::Milliseconds),
            _ => (format!("{seconds:.1}"), Unit::Seconds),
        };
        let (figure, unit) = match (self, unit) {
            (Self::Ru, Unit::Milliseconds) => (figure.replace('.', ","), "мс"),
            (Self::Ru, Unit::Seconds) => (figure.replace('.', ","), "с"),
            (Self::En, Unit::Milliseconds) => (figure, "ms"),
            (Self::En, Unit::Seconds) => (figure, "s"),
        };
        format!("{figure}\u{a0}{unit}")
    }
}

enum Unit {
    Milliseconds,
    Seconds,
}
