//! The API's shapes of this capability, and what is taken of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{FeedItem, FeedItemKind, FeedLink, model::is_for};
use crate::{
    ids::{EventId, FeedItemId, TierId},
    locale::Language,
};

/// More is no news: it would be shown to nobody, and would fill the phone.
const MOST_BODY_BYTES: usize = 64 * 1024;
const MOST_LINKS: usize = 20;
const MEDIA: &str = "/v1/media/";

/// A page of the feed. Items stay as they came: what this version does not understand, a later one may.
#[derive(Deserialize)]
pub struct FeedPage {
    pub items: Vec<Box<RawValue>>,
    pub next_cursor: Option<String>,
    pub more: bool,
}

/// An item as the API gives it.
#[derive(Deserialize)]
pub struct FeedItemAnswer {
    pub item_id: FeedItemId,
    #[serde(rename = "type")]
    kind: FeedItemKind,
    /// Without it nobody knows for whom it is, so it is for nobody.
    audience: Vec<TierId>,
    title: Translated,
    body: Translated,
    #[serde(default)]
    links: Vec<LinkAnswer>,
    picture_url: Option<String>,
    published_at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    event_id: Option<EventId>,
    discount_percent: Option<serde_json::Number>,
    #[serde(default)]
    read: bool,
}

#[derive(Deserialize)]
struct LinkAnswer {
    title: Translated,
    url: String,
}

/// A text in several languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Translated(BTreeMap<String, String>);

impl Translated {
    /// The text in `language`, or in any.
    pub fn get(&self, language: Language) -> &str {
        self.0.get(language.tag()).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }
}

/// Why an item is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemFault {
    #[error("not an item")]
    Malformed,
    #[error("its text is longer than {MOST_BODY_BYTES} bytes")]
    BodyTooLong,
    #[error("it has more than {MOST_LINKS} links")]
    TooManyLinks,
    #[error("a link that is not https")]
    InsecureLink,
}

impl ItemFault {
    /// Its name in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::BodyTooLong => "body-too-long",
            Self::TooManyLinks => "too-many-links",
            Self::InsecureLink => "insecure-link",
        }
    }
}

impl FeedItemAnswer {
    pub fn read(json: &str) -> Result<Self, ItemFault> {
        let item: Self = serde_json::from_str(json).map_err(|_| ItemFault::Malformed)?;
        if item.title.0.values().chain(item.body.0.values()).any(|text| text.len() > MOST_BODY_BYTES) {
            return Err(ItemFault::BodyTooLong);
        }
        if item.links.len() > MOST_LINKS {
            return Err(ItemFault::TooManyLinks);
        }
        if !item.links.iter().all(|link| link.url.starts_with("https://")) {
            return Err(ItemFault::InsecureLink);
        }
        Ok(item)
    }

    /// The item for a member of `tier` at `now`; `None` where it is not for them.
    pub fn shown_to(&self, tier: &TierId, now: DateTime<Utc>, language: Language) -> Option<FeedItem> {
        is_for(&self.audience, self.published_at, self.until, tier, now).then(|| FeedItem {
            item_id: self.item_id.clone(),
            kind: self.kind,
            title: self.title.get(language).to_owned(),
            body: self.body.get(language).to_owned(),
            links: self
                .links
                .iter()
                .map(|link| FeedLink { title: link.title.get(language).to_owned(), url: link.url.clone() })
                .collect(),
            has_picture: self.picture_path().is_some(),
            published_at: self.published_at,
            until: self.until,
            event_id: self.event_id.clone(),
            discount_percent: self.percent(),
            is_read: self.read,
        })
    }

    /// `None` for a percentage that is none, which must not cost the member the item.
    fn percent(&self) -> Option<u8> {
        let percent = u8::try_from(self.discount_percent.as_ref()?.as_u64()?).ok()?;
        (1..=100).contains(&percent).then_some(percent)
    }

    /// Where the gallery's own picture lies; pictures of other places are not asked for.
    pub fn picture_path(&self) -> Option<&str> {
        self.picture_url.as_deref().filter(|path| path.starts_with(MEDIA))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(change: impl Fn(&mut serde_json::Value)) -> Result<FeedItemAnswer, ItemFault> {
        let mut json = serde_json::json!({
            "item_id": "a", "type": "story", "audience": [], "title": {"ru": "Да", "en": "Yes"}, "body": {"ru": "", "en": ""},
            "links": [{"title": {"ru": "Тут"}, "url": "https://vremenagoda.example"}], "picture_url": "/v1/media/1",
            "published_at": "2026-03-14T12:00:00Z", "until": null, "event_id": null, "discount_percent": null, "of_a_newer_server": {}
        });
        change(&mut json);
        FeedItemAnswer::read(&json.to_string())
    }

    #[test]
    fn an_unknown_type_is_shown_as_far_as_it_is_understood() {
        let shown = item(|_| {}).unwrap().shown_to(
            &TierId::new("vesna"),
            "2026-03-14T12:00:00Z".parse().unwrap(),
            Language::En,
        );
        let shown = shown.unwrap();
        assert_eq!((shown.kind, shown.title.as_str(), shown.has_picture), (FeedItemKind::Unknown, "Yes", true));
        assert_eq!(shown.links[0].title, "Тут", "a text that is missing in one language is shown in another");
    }

    #[test]
    fn what_is_out_of_all_measure_is_refused_for_its_own_reason() {
        assert_eq!(item(|json| json["body"]["ru"] = "x".repeat(5_000_000).into()).err(), Some(ItemFault::BodyTooLong));
        let link = serde_json::json!({"title": {"ru": "x"}, "url": "https://x.example"});
        assert_eq!(item(|json| json["links"] = vec![link.clone(); 1_000].into()).err(), Some(ItemFault::TooManyLinks));
        assert_eq!(
            item(|json| json["links"][0]["url"] = "http://x.example".into()).err(),
            Some(ItemFault::InsecureLink)
        );
        assert_eq!(
            item(|json| json["links"][0]["url"] = "javascript:alert(1)".into()).err(),
            Some(ItemFault::InsecureLink)
        );
        assert_eq!(item(|json| json["title"] = 5.into()).err(), Some(ItemFault::Malformed));
    }

    #[test]
    fn a_picture_of_another_place_is_no_picture() {
        let foreign = item(|json| json["picture_url"] = "https://tracker.example/pixel.png".into()).unwrap();
        assert_eq!(foreign.picture_path(), None);
    }
}
