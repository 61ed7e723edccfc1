//! An item of the feed, and who may see it.

use chrono::{DateTime, Utc};

use crate::{
    codes::coded_enum,
    ids::{EventId, FeedItemId, TierId},
};

coded_enum! {
    /// What an item is. An unknown one is shown as far as it is understood: title, text, picture, links.
    pub enum FeedItemKind {
        /// An invitation; [`FeedItem::event_id`] leads to it.
        Event = "event",
        /// A discount for this member's tier.
        PersonalDiscount = "personal_discount",
        /// Any other privilege.
        Privilege = "privilege",
        /// Plain news.
        News = "news",
    }
}

/// An item, in the app's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedItem {
    /// Names the item.
    pub item_id: FeedItemId,
    /// What it is.
    pub kind: FeedItemKind,
    /// One line.
    pub title: String,
    /// Plain text; a blank line ends a paragraph.
    pub body: String,
    /// `https` only.
    pub links: Vec<FeedLink>,
    /// Whether [`super::Feed::picture`] has one.
    pub has_picture: bool,
    /// When it appeared.
    pub published_at: DateTime<Utc>,
    /// When it goes; `None` where it stays.
    pub until: Option<DateTime<Utc>>,
    /// The event it invites to.
    pub event_id: Option<EventId>,
    /// Of a personal discount, 1 to 100.
    pub discount_percent: Option<u8>,
    /// Whether the member has read it, on this phone or another.
    pub is_read: bool,
}

/// A link of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// What to show.
    pub title: String,
    /// An `https` address.
    pub url: String,
}

/// Whether an item is for a member of `tier` at `now`. An audience without tiers is everybody.
#[must_use]
pub fn is_for(
    audience: &[TierId],
    published_at: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    tier: &TierId,
    now: DateTime<Utc>,
) -> bool {
    (audience.is_empty() || audience.contains(tier)) && published_at <= now && until.is_none_or(|until| now < until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_item_is_for_its_audience_in_its_time() {
        let (leto, osen) = (TierId::new("leto"), TierId::new("osen"));
        let (from, until) = (at("2026-03-14T12:00:00Z"), at("2026-03-15T12:00:00Z"));
        let audience = [leto.clone()];
        assert!(is_for(&audience, from, Some(until), &leto, from));
        assert!(!is_for(&audience, from, Some(until), &osen, from));
        assert!(!is_for(&audience, from, Some(until), &leto, until));
        assert!(!is_for(&audience, from, None, &leto, at("2026-03-14T11:59:59Z")));
        assert!(is_for(&[], from, None, &osen, until));
    }
}
