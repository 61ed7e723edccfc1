use std::cell::RefCell;

use proptest::{prelude::*, test_runner::Config};
use vremena_sandbox::programme::Reference;

use crate::{
    answer,
    documents::{Case, case},
};

thread_local! {
    static REFERENCE: RefCell<Reference> = RefCell::new(Reference::open().unwrap());
}

fn other_answer(case: &Case) -> serde_json::Value {
    REFERENCE.with_borrow_mut(|reference| {
        let answer = reference.answer(&case.rules, &case.ledger, &case.at);
        answer.unwrap_or_else(|error| panic!("{error:#}: {case:?}"))
    })
}

/// With each change so many; more with `PROPTEST_CASES`.
const CASES: u32 = 10_000;

#[test]
fn both_give_the_same_answer() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    // Each half on a core of its own.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                proptest!(Config { failure_persistence: None, ..Config::with_cases(cases / 2) }, |(case in case())| {
                    prop_assert_eq!(answer(&case), other_answer(&case));
                });
            });
        }
    });
}
