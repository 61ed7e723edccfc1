use std::fmt::Display;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::{Kind, Problem};
use crate::seed::Seed;

/// Which part of a feed is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// The `next_cursor` of an earlier answer; absent: from the beginning.
    cursor: Option<String>,
    /// At most this many changes; absent: 50.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// A feed of one member. Its cursors mean nothing in another.
pub(crate) struct Feed<'a> {
    pub(crate) seed: Seed,
    pub(crate) name: &'static str,
    pub(crate) member_id: &'a str,
    /// Another one after a backup was restored: what a cursor stood for may have happened otherwise.
    pub(crate) epoch: i64,
}

impl Page {
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(50) {
            limit @ 1..=200 => Ok(limit as usize),
            _ => Err(Problem::new(Kind::Malformed)),
        }
    }

    /// The last change the client has seen, 0 when it begins. `last` is the last change there is:
    /// a cursor beyond it is from another database.
    pub(crate) fn after(&self, feed: &Feed<'_>, last: i64) -> Result<i64, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(0) };
        feed.position(cursor)
            .and_then(|change| change.parse().ok())
            .filter(|change| (0..=last).contains(change))
            .ok_or_else(|| Problem::new(Kind::CursorUnknown))
    }
}

impl Feed<'_> {
    /// The cursor behind a position, whose text has no full stop.
    pub(crate) fn cursor(&self, position: impl Display) -> String {
        let position = position.to_string();
        let mut seal = self.seed.token("cursor", &[self.name, self.member_id, &self.epoch.to_string(), &position]);
        seal.truncate(16);
        format!("{position}.{seal}")
    }

    /// The position a cursor stands for, `None` when this feed has never given it.
    pub(crate) fn position<'c>(&self, cursor: &'c str) -> Option<&'c str> {
        let (position, _) = cursor.split_once('.')?;
        (self.cursor(position) == cursor).then_some(position)
    }
}

/// Cuts one more than `limit` rows, each with its position, to a page.
pub(crate) fn page<P: Copy, T>(mut rows: Vec<(P, T)>, limit: usize, after: P) -> (Vec<T>, P, bool) {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().map_or(after, |(position, _)| *position);
    (rows.into_iter().map(|(_, row)| row).collect(), last, more)
}
