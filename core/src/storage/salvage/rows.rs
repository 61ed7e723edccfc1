//! Rows that are known by their shape, whatever the schema says: entries of the queue and members.

use chrono::NaiveDate;
use serde::de::IgnoredAny;

use super::record::{Column, Row, Value};
use crate::storage::checksum;

/// How many columns `outbox` has had, from the first schema to the present one.
pub const OUTBOX_COLUMNS: std::ops::RangeInclusive<usize> = 12..=15;
const KEY_LENGTH: usize = 32;

/// An entry of the queue, every column of it.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedEntry {
    pub entry_id: i64,
    pub idempotency_key: String,
    pub member_id: String,
    pub kind: String,
    pub subject: String,
    pub payload_version: u32,
    pub payload: String,
    pub state: String,
    pub wedged_reason: Option<String>,
    pub attempts: u32,
    pub not_before: i64,
    pub created_at: i64,
    pub tried_at: Option<i64>,
    pub asked: bool,
    pub checksum: Option<u32>,
}

/// A member of this phone.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedMember {
    pub member_id: String,
    pub joined: String,
    pub tier: String,
    pub tier_since: Option<i64>,
    pub active: bool,
    pub deleted: bool,
}

/// Whether the columns may be those of an entry or of a member.
pub fn may_be_ours(columns: &[Column]) -> bool {
    match columns {
        [Column::Null, key, member, kind, subject, Column::Integer, payload, state, ..] => {
            OUTBOX_COLUMNS.contains(&columns.len())
                && [key, member, kind, subject, payload, state].iter().all(|column| **column == Column::Text)
        }
        [Column::Text, Column::Text, Column::Text, Column::Null | Column::Integer, Column::Integer, rest @ ..] => {
            matches!(rest, [] | [Column::Integer])
        }
        _ => false,
    }
}

impl SavedEntry {
    /// The entry in `row`; `None` where it is none, or damaged as far as can be seen.
    pub fn of(row: &Row) -> Option<Self> {
        if !OUTBOX_COLUMNS.contains(&row.values.len()) || row.rowid <= 0 {
            return None;
        }
        let column = |index: usize| row.values.get(index);
        let entry = Self {
            entry_id: row.rowid,
            idempotency_key: text(column(1))?,
            member_id: text(column(2))?,
            kind: text(column(3))?,
            subject: text(column(4))?,
            payload_version: number(column(5))?,
            payload: text(column(6))?,
            state: text(column(7))?,
            wedged_reason: optional(column(8), text)?,
            attempts: number(column(9))?,
            not_before: integer(column(10))?,
            created_at: integer(column(11))?,
            tried_at: optional(column(12), integer)?,
            asked: optional(column(13), flag)?.unwrap_or_default(),
            checksum: optional(column(14), number)?,
        };
        entry.is_sound().then_some(entry)
    }

    fn is_sound(&self) -> bool {
        let is_hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let says = [&*self.idempotency_key, &self.member_id, &self.kind, &self.subject, &self.payload];
        self.idempotency_key.len() == KEY_LENGTH
            && self.idempotency_key.bytes().all(is_hexadecimal)
            && !self.member_id.is_empty()
            && !self.kind.is_empty()
            && !self.subject.is_empty()
            && matches!(&*self.state, "waiting" | "wedged")
            && self.created_at >= 0
            && serde_json::from_str::<IgnoredAny>(&self.payload).is_ok()
            && self.checksum.is_none_or(|kept| kept == checksum::of_entry(says, self.payload_version))
    }
}

impl SavedMember {
    /// The member in `row`; `None` where it is none, or damaged as far as can be seen.
    pub fn of(row: &Row) -> Option<Self> {
        let [member_id, joined, tier, tier_since, active, rest @ ..] = row.values.as_slice() else {
            return None;
        };
        if rest.len() > 1 {
            return None;
        }
        let member = Self {
            member_id: text(Some(member_id))?,
            joined: text(Some(joined))?,
            tier: text(Some(tier))?,
            tier_since: optional(Some(tier_since), integer)?,
            active: flag(Some(active))?,
            deleted: optional(rest.first(), flag)?.unwrap_or_default(),
        };
        let is_sound =
            !member.member_id.is_empty() && !member.tier.is_empty() && member.joined.parse::<NaiveDate>().is_ok();
        is_sound.then_some(member)
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn integer(value: Option<&Value>) -> Option<i64> {
    match value {
        Some(Value::Integer(integer)) => Some(*integer),
        _ => None,
    }
}

fn number(value: Option<&Value>) -> Option<u32> {
    integer(value).and_then(|integer| u32::try_from(integer).ok())
}

fn flag(value: Option<&Value>) -> Option<bool> {
    match integer(value) {
        Some(0) => Some(false),
        Some(1) => Some(true),
        _ => None,
    }
}

/// A column that may be empty, or that an older row does not have.
fn optional<T>(value: Option<&Value>, read: impl Fn(Option<&Value>) -> Option<T>) -> Option<Option<T>> {
    match value {
        None | Some(Value::Null) => Some(None),
        value => read(value).map(Some),
    }
}
