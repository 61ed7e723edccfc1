use rusqlite::Connection;
use serde_json::{Value, json};

use super::*;
use crate::storage::testing::member_schema;

fn answer(state: &str) -> Value {
    json!({
        "appeal_id": "a-1", "comment": "", "requested_at": "2026-03-14T12:00:00Z", "state": state, "answer": null,
        "answered_at": if state == "open" { Value::Null } else { json!("2026-03-15T12:00:00Z") },
        "receipt": {
            "receipt_id": null, "drive_number": "7380440801290534", "document_number": 1, "fiscal_sign": 2,
            "total_kopecks": 100, "issued_at": "2026-03-13T12:00:00+03:00",
        },
    })
}

/// What is shown and queued after each of the lists.
fn after(lists: &[&[Value]]) -> Vec<(AppealState, u32)> {
    let mut connection = Connection::open_in_memory().unwrap();
    member_schema(&mut connection);
    let member = MemberId::new("m-1");
    let tx = connection.transaction().unwrap();
    let mut seen = Vec::new();
    for list in lists {
        let raw = serde_json::from_value(json!({ "appeals": list })).unwrap();
        keep(&tx, &member, &raw).unwrap();
        let [appeal] = store::list(&tx, &member).unwrap().try_into().unwrap();
        seen.push((appeal.state, outbox::store::count(&tx, &member).unwrap()));
    }
    seen
}

#[test]
fn what_two_lists_in_a_row_lack_is_made_once_more() {
    use AppealState::{Accepted, Open, Waiting};
    let open = [answer("open")];
    assert_eq!(after(&[&open, &[], &[]]), [(Open, 0), (Open, 0), (Waiting, 1)]);
    assert_eq!(after(&[&open, &[], &[], &[]]).last(), Some(&(Waiting, 1)), "once");
    assert_eq!(after(&[&open, &[], &open, &[]]).last(), Some(&(Open, 0)), "not in a row");
    assert_eq!(after(&[&open, &[], &[], &open]).last(), Some(&(Open, 0)), "it is there: nothing need be sent");
    assert_eq!(after(&[&[answer("accepted")], &[], &[]]).last(), Some(&(Accepted, 0)), "it was answered");
}

#[test]
fn one_that_this_version_cannot_read_is_not_lost() {
    let newer = [json!({ "appeal_id": "a-1", "state": { "of": "another form" } })];
    assert_eq!(after(&[&[answer("open")], &newer, &newer, &newer]).last(), Some(&(AppealState::Open, 0)));
}

#[test]
fn an_answer_is_not_taken_back_by_an_older_list() {
    let lists = after(&[&[answer("open")], &[answer("declined")], &[answer("open")]]);
    assert_eq!(lists.last(), Some(&(AppealState::Declined, 0)));
}
