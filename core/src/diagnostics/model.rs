//! The diagnostics, and their text.

use std::{fmt, time::Duration};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::{log::Code, ports::LogLevel};

/// The state of the app, for support. What cannot be read just now, as the files of a paused app, is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// When this was collected, by the phone's clock.
    pub at: DateTime<Utc>,
    /// The version of the core.
    pub core_version: &'static str,
    /// The number of the contract with the gallery.
    pub contract: u32,
    /// The language's tag.
    pub language: &'static str,
    /// Whether the phone says that there is a network.
    pub is_online: bool,
    /// Whether somebody is signed in.
    pub is_signed_in: Option<bool>,
    /// When the gallery last answered, since the app was opened.
    pub last_contact: Option<DateTime<Utc>>,
    /// How far the gallery's clock is ahead of the phone's. Not measured yet.
    pub server_offset: Option<TimeDelta>,
    /// The files.
    pub files: Vec<FileState>,
    /// The queue, of everybody on this phone.
    pub queue: Option<Vec<QueueGroup>>,
    /// The last warnings and errors since the app was opened, the oldest first.
    pub recent: Vec<Moment>,
}

/// A file of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// Its name.
    pub name: &'static str,
    /// The number of its schema.
    pub schema: Option<u32>,
    /// Its size in bytes, with its write-ahead log.
    pub bytes: Option<u64>,
}

/// Entries of the queue that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueGroup {
    /// The kind of intent.
    pub kind: Code,
    /// Why they cannot be sent; `None` where they wait.
    pub wedged_reason: Option<Code>,
    /// How many.
    pub count: u32,
    /// How long ago the oldest was written.
    pub oldest_age: Duration,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When, by the phone's clock.
    pub at: DateTime<Utc>,
    /// How much it matters.
    pub level: LogLevel,
    /// Who spoke, and what it said.
    pub line: String,
}

impl Diagnostics {
    /// As lines that a member can send to support; in English, whatever the member's language.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![
            format!("collected: {}", instant(self.at)),
            format!("core: {}, contract {}, language {}", self.core_version, self.contract, self.language),
            format!("online: {}", yes(self.is_online)),
            format!("signed in: {}", known(self.is_signed_in.map(yes))),
            format!("last contact: {}", known(self.last_contact.map(instant))),
            format!(
                "server offset: {}",
                known(self.server_offset.map(|offset| format!("{} ms", offset.num_milliseconds())))
            ),
        ];
        lines.extend(self.files.iter().map(|file| {
            format!("{}: schema {}, {}", file.name, known(file.schema), known(file.bytes.map(|n| format!("{n} bytes"))))
        }));
        match &self.queue {
            None => lines.push("queue: unknown".to_owned()),
            Some(groups) if groups.is_empty() => lines.push("queue: empty".to_owned()),
            Some(groups) => lines.extend(groups.iter().map(ToString::to_string)),
        }
        lines.extend(self.recent.iter().map(ToString::to_string));
        lines.join("\n") + "\n"
    }
}

impl fmt::Display for QueueGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "queue: {} {} ", self.count, self.kind)?;
        match &self.wedged_reason {
            None => f.write_str("waiting")?,
            Some(reason) => write!(f, "wedged by {reason}")?,
        }
        write!(f, ", the oldest for {} s", self.oldest_age.as_secs())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", instant(self.at), self.level, self.line)
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

const fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

fn known<T: fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn unknown() -> Diagnostics {
        Diagnostics {
            at: at("2026-03-14T12:00:00Z"),
            core_version: "0.1.0",
            contract: 1,
            language: "ru",
            is_online: false,
            is_signed_in: None,
            last_contact: None,
            server_offset: None,
            files: vec![FileState { name: "member.db", schema: None, bytes: None }],
            queue: None,
            recent: vec![],
        }
    }

    #[test]
    fn what_is_unknown_is_said_to_be_so() {
        let text = "collected: 2026-03-14T12:00:00.000Z\ncore: 0.1.0, contract 1, language ru\nonline: no\n\
                    signed in: unknown\nlast contact: unknown\nserver offset: unknown\n\
                    member.db: schema unknown, unknown\nqueue: unknown\n";
        assert_eq!(unknown().to_text(), text);
    }

    #[test]
    fn everything_has_its_line() {
        let group = QueueGroup {
            kind: Code::fixed("receipt"),
            wedged_reason: None,
            count: 3,
            oldest_age: Duration::from_millis(90_500),
        };
        let wedged = QueueGroup { wedged_reason: Some(Code::fixed("status-404")), count: 1, ..group.clone() };
        let line = "sync: pull-failed".to_owned();
        let diagnostics = Diagnostics {
            is_signed_in: Some(true),
            last_contact: Some(at("2026-03-14T11:59:00Z")),
            server_offset: Some(TimeDelta::milliseconds(-1500)),
            files: vec![FileState { name: "member.db", schema: Some(3), bytes: Some(4096) }],
            queue: Some(vec![group, wedged]),
            recent: vec![Moment { at: at("2026-03-14T11:58:00Z"), level: LogLevel::Warn, line }],
            ..unknown()
        };
        let text = diagnostics.to_text();
        for line in [
            "signed in: yes",
            "last contact: 2026-03-14T11:59:00.000Z",
            "server offset: -1500 ms",
            "member.db: schema 3, 4096 bytes",
            "queue: 3 receipt waiting, the oldest for 90 s",
            "queue: 1 receipt wedged by status-404, the oldest for 90 s",
            "2026-03-14T11:58:00.000Z Warn sync: pull-failed",
        ] {
            assert!(text.lines().any(|written| written == line), "{line}\n{text}");
        }
        assert!(Diagnostics { queue: Some(vec![]), ..unknown() }.to_text().contains("queue: empty\n"));
    }
}
