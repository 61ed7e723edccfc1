//! Nothing of a member stands in a log, an error or what support is sent: a journey, and a search through all of that.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod journey;
mod panics;
mod search;

use vremena_core::{
    log::{Code, LogRecord},
    ports::{LogLevel, LogSink as _},
};

use journey::{Journey, PHONE};

async fn whole_journey() -> Journey {
    let mut journey = Journey::begun().await;
    journey.hands_in_receipts().await;
    journey.is_refused().await;
    journey.goes_out().await;
    journey.takes_things_along().await;
    journey.ends().await;
    journey
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_journey_leaves_nothing_of_its_member_behind() {
    let journey = whole_journey().await;
    let all = journey.heard.all();
    assert_eq!(journey.canaries.found_in(&all), [], "{all}");

    // The search was worth something: all was logged that must be, and everything searched for is found once planted.
    for event in ["request method=get", "request method=post", "entry-tried", "decision=wedged", "outcome=foreign"] {
        assert!(all.contains(event), "{event} is missing");
    }
    assert!(journey.canaries.len() > 40, "{}", journey.canaries.len());
    let planted: Vec<_> = journey.canaries.forms().collect();
    let leaks = planted.iter().map(|(_, form)| format!("\nInfo outbox: entry-tried text={form}"));
    let leaking = all + &leaks.collect::<String>();
    assert_eq!(journey.canaries.found_in(&leaking), planted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_through_the_log_itself_is_found() {
    let journey = Journey::begun().await;
    assert_eq!(journey.canaries.found_in(&journey.heard.all()), []);
    // A code of this program is not looked at: this is how a leak would come in.
    let leaked: &'static str = String::leak(format!("phone-{PHONE}"));
    let record = LogRecord::new(LogLevel::Debug, "http", "request");
    journey.heard.log(&record.clone().with("phone", Code::of(leaked)));
    assert_eq!(journey.canaries.found_in(&journey.heard.all()), [], "a code of others is looked at");
    journey.heard.log(&record.with("phone", leaked));
    assert!(journey.canaries.found_in(&journey.heard.all()).iter().any(|(found, _)| *found == "phone"));
}
