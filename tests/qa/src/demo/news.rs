//! The feed, before and after the tier has risen, and the events that the gallery announces.

use std::time::Instant;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use serde_json::json;
use vremena_core::{error::CoreError, feed::FeedItem, ids::FeedItemId};
use vremena_qa::admin::Admin;

use super::{
    journey::{Journey, wait_for},
    story,
    teller::{Teller, check},
    words::fill,
};

/// What the gallery publishes for the story, beside what it has by itself.
pub struct Published {
    /// News with a picture, for the second tier alone.
    pub news: FeedItemId,
    /// An event without any place left.
    pub full_event: String,
}

impl Published {
    /// The events that the member registers for.
    pub fn wanted_events(&self) -> [&str; 2] {
        [story::EVENT, &self.full_event]
    }
}

pub async fn publish(admin: &Admin) -> anyhow::Result<Published> {
    let start = story::start();
    let news = admin
        .publish(json!({
            "type": "privilege",
            "audience": ["leto"],
            "title": { "ru": "Персональный стилист для уровня «Лето»", "en": "A personal stylist for Summer" },
            "body": {
                "ru": "Два часа со стилистом галереи, чай и примерка без очереди. Запись у стойки администрации.",
                "en": "Two hours with the gallery's stylist, tea, and fitting without a queue. Book at the desk.",
            },
            "links": [],
            "picture_type": "image/png",
            "picture_base64": STANDARD.encode(drawn_picture()?),
        }))
        .await?;
    let full_event = admin
        .announce(json!({
            "title": { "ru": "Дегустация у сомелье", "en": "An evening with the sommelier" },
            "description": { "ru": "Шесть бокалов, шесть историй.", "en": "Six glasses, six stories." },
            "audience": [],
            "place": { "ru": "Винотека, шестой этаж", "en": "The wine library, sixth floor" },
            "starts_at": start + TimeDelta::days(6) + TimeDelta::hours(4),
            "ends_at": start + TimeDelta::days(6) + TimeDelta::hours(7),
            "registration_opens_at": start - TimeDelta::days(1),
            "registration_closes_at": start + TimeDelta::days(5),
            "capacity": 0,
        }))
        .await?;
    Ok(Published { news: FeedItemId::new(news), full_event })
}

/// The news for the second tier are not there, and cannot be asked for either.
pub async fn at_the_first_tier(journey: &mut Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let feed = wait_for(journey.app.feed().observe(), "the feed", |feed| !feed.items.is_empty()).await?;
    wait_for(journey.app.events().observe(), "the events", |events| !events.events.is_empty()).await?;
    let news = &journey.published.news;
    check("the second tier's news", false, feed.items.iter().any(|item| item.item_id == *news))?;
    let picture = journey.app.feed().picture(news).await;
    check("its picture", true, matches!(picture, Err(CoreError::NotFound)))?;
    journey.feed_before = with_pictures(journey, &feed.items).await?;
    let detail = fill(teller.words.feed_before.1, &[&feed.items.len().to_string()]);
    teller.step(teller.words.feed_before.0, &detail, step.elapsed());
    Ok(())
}

/// Now they are there, with their picture.
pub async fn at_the_second_tier(journey: &mut Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let news = journey.published.news.clone();
    let appeared = |feed: &vremena_core::feed::FeedSnapshot| feed.items.iter().any(|item| item.item_id == news);
    let feed = wait_for(journey.app.feed().observe(), "the second tier's news", appeared).await?;
    journey.feed_after = with_pictures(journey, &feed.items).await?;
    let (item, picture) =
        journey.feed_after.iter().find(|(item, _)| item.item_id == news).context("the second tier's news")?;
    check("its picture", Some(drawn_picture()?), picture.clone())?;
    let detail = fill(teller.words.feed_after.1, &[&feed.items.len().to_string(), &item.title]);
    teller.step(teller.words.feed_after.0, &detail, step.elapsed());
    Ok(())
}

async fn with_pictures(journey: &Journey, items: &[FeedItem]) -> anyhow::Result<Vec<(FeedItem, Option<Vec<u8>>)>> {
    let mut shown = Vec::new();
    for item in items {
        let picture = if item.has_picture { Some(journey.app.feed().picture(&item.item_id).await?) } else { None };
        shown.push((item.clone(), picture));
    }
    Ok(shown)
}

/// A summer's field, drawn: the story needs a picture that is nobody's.
fn drawn_picture() -> anyhow::Result<Vec<u8>> {
    const WIDTH: u32 = 480;
    const HEIGHT: u32 = 270;
    let picture = image::RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (x, y) = (f64::from(x) / f64::from(WIDTH), f64::from(y) / f64::from(HEIGHT));
        let hill = 0.62 + 0.06 * (x * 7.0).sin();
        let sun = (x - 0.72).hypot((y - 0.3) * 0.56) < 0.09;
        let shade = |dark: f64, light: f64, at: f64| (dark + (light - dark) * at.clamp(0.0, 1.0)) as u8;
        match (y > hill, sun) {
            (true, _) => image::Rgb([shade(196.0, 120.0, y), shade(168.0, 128.0, y), shade(92.0, 60.0, y)]),
            (false, true) => image::Rgb([250, 226, 160]),
            (false, false) => image::Rgb([shade(244.0, 250.0, y), shade(214.0, 236.0, y), shade(180.0, 214.0, y)]),
        }
    });
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, image::ImageFormat::Png)?;
    Ok(file.into_inner())
}
