//! What the log is told of a decision.

use chrono::{DateTime, Utc};

use super::policy::Decision;
use crate::{
    http::TraceId,
    log::{Code, LogRecord, LogValue},
    ports::LogLevel,
};

/// What became of an entry that was sent.
pub fn record(
    target: &'static str,
    (entry_id, trace): (i64, TraceId),
    decision: &Decision,
    now: DateTime<Utc>,
) -> LogRecord {
    let name = match decision {
        Decision::Done => "done",
        Decision::AlreadyDone => "already-done",
        Decision::Refused => "refused",
        Decision::Wait(_) => "wait",
        Decision::Hold(_) => "hold",
        Decision::Unreachable => "unreachable",
        Decision::SignInNeeded => "sign-in-needed",
        Decision::Locked => "locked",
        Decision::UpdateNeeded => "update-needed",
        Decision::Wedged(_) => "wedged",
    };
    let level = if matches!(decision, Decision::Wedged(_)) { LogLevel::Warn } else { LogLevel::Info };
    let record = LogRecord::new(level, target, "entry-tried")
        .with("entry", LogValue::Number(entry_id))
        .with("trace", LogValue::TraceId(trace.bytes()))
        .with("decision", name);
    match decision {
        Decision::Wait(until) | Decision::Hold(until) => {
            record.with("wait", (until.instant - now).to_std().unwrap_or_default())
        }
        Decision::Wedged(reason) => record.with("reason", Code::of(reason)),
        _ => record,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::outbox::policy::Until;

    #[test]
    fn a_decision_is_told_by_its_name_and_what_it_waits_for() {
        let now: DateTime<Utc> = "2026-03-14T12:00:00Z".parse().unwrap();
        let told = |decision| {
            let trace = TraceId::of_key("key");
            let record = record("outbox", (7, trace), &decision, now);
            (record.level, record.to_string().replace(&format!(" trace={trace}"), ""))
        };
        assert_eq!(told(Decision::Done), (LogLevel::Info, "entry-tried entry=7 decision=done".to_owned()));
        let wait = Decision::Hold(Until { instant: now + TimeDelta::milliseconds(1_500), is_asked: true });
        assert_eq!(told(wait).1, "entry-tried entry=7 decision=hold wait=1500ms");
        let wedged = told(Decision::Wedged("status-404".to_owned()));
        assert_eq!(wedged, (LogLevel::Warn, "entry-tried entry=7 decision=wedged reason=status-404".to_owned()));
    }
}
