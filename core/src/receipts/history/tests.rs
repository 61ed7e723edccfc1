use std::path::Path;

use chrono::TimeDelta;
use rusqlite::{Connection, StatementStatus, params};

use super::*;
use crate::receipts::{ReceiptSource, ReceiptState, search};

const MEMBER: &str = "m1";

/// A closed file's connection with so many receipts, one each six hours, of three shops and three states.
fn filled(path: &Path, count: i64) -> Connection {
    let mut connection = Connection::open(path.join(format!("{count}.db"))).unwrap();
    crate::storage::testing::member_schema(&mut connection);
    let tx = connection.transaction().unwrap();
    let newest: DateTime<Utc> = "2026-03-14T12:00:00Z".parse().unwrap();
    for number in 0..count {
        let state = ["credited", "credited", "rejected", "pending"][usize::try_from(number % 4).unwrap()];
        let shop = ["Северный шёлк", "Дом", "Кофейня"][usize::try_from(number % 3).unwrap()];
        let counted = if state == "credited" { 100 } else { 0 };
        tx.execute(
            "INSERT INTO receipts (member_id, total_kopecks, issued_at, source, state, captured_at, shop,
             counted_kopecks, search) VALUES (?1, 100, ?2, 'scanned', ?3, 0, ?4, ?5, ?6)",
            params![
                MEMBER,
                to_millis(newest - TimeDelta::hours(6 * number)),
                state,
                shop,
                counted,
                search::searchable(Some(shop), &[], Kopecks::new(100), None),
            ],
        )
        .unwrap();
    }
    tx.commit().unwrap();
    connection
}

fn member() -> MemberId {
    MemberId::new(MEMBER)
}

fn wanted(filter: &HistoryFilter) -> Wanted {
    Wanted::of(filter, search::words(&filter.text))
}

/// How much work SQLite had with a statement, in its own steps, and its plan.
fn work(connection: &Connection, (sql, values): (String, Vec<Value>)) -> (i32, String) {
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let plan: Vec<String> =
        plan.query_map(params_from_iter(&values), |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
    let mut statement = connection.prepare(&sql).unwrap();
    let mut rows = statement.query(params_from_iter(values)).unwrap();
    while rows.next().unwrap().is_some() {}
    drop(rows);
    (statement.get_status(StatementStatus::VmStep), plan.join("; "))
}

#[test]
fn the_first_page_is_as_much_work_with_twenty_thousand_receipts_as_with_a_hundred() {
    let folder = tempfile::tempdir().unwrap();
    let [few, many] = [100, 20_000].map(|count| filled(folder.path(), count));
    let filters = [
        HistoryFilter::default(),
        HistoryFilter { states: vec![ReceiptState::Credited], ..HistoryFilter::default() },
        HistoryFilter { shops: vec!["Дом".to_owned()], ..HistoryFilter::default() },
        HistoryFilter { sources: vec![ReceiptSource::Scanned], ..HistoryFilter::default() },
    ];
    for filter in &filters {
        let wanted = wanted(filter);
        for (sql, is_page) in
            [(page_sql(&member(), &wanted, None, 20), true), (month_sql(&member(), &wanted, 202_602), false)]
        {
            let ((small, plan), (large, same_plan)) = (work(&few, sql.clone()), work(&many, sql));
            assert!(large <= small + small / 20, "{filter:?}: {small} and {large} steps");
            assert_eq!(plan, same_plan);
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN r"), "{plan}");
            assert!(!is_page || plan.contains("receipts_history"), "{plan}");
        }
    }
}

#[test]
fn a_page_deep_in_the_past_is_as_much_work_as_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let connection = filled(folder.path(), 20_000);
    let wanted = wanted(&HistoryFilter::default());
    let deep = HistoryCursor { issued_at: "2015-01-01T00:00:00Z".parse().unwrap(), local_id: 1 };
    let first = work(&connection, page_sql(&member(), &wanted, None, 20)).0;
    let later = work(&connection, page_sql(&member(), &wanted, Some(deep), 20)).0;
    assert!(later <= first + first / 20, "{first} and {later} steps");
}

#[test]
fn months_are_what_their_receipts_are_whatever_happens_to_these() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = filled(folder.path(), 1_000);
    connection
        .execute_batch(
            "UPDATE receipts SET state = 'reversed', counted_kopecks = 0 WHERE local_id % 7 = 0;
             UPDATE receipts SET shop = NULL, issued_at = issued_at - 2592000000 WHERE local_id % 11 = 0;
             UPDATE receipts SET source = 'reception' WHERE local_id % 13 = 0;
             DELETE FROM receipts WHERE local_id % 5 = 0;
             UPDATE receipts SET issued_at = 9223372036854775807 WHERE local_id = 1;",
        )
        .unwrap();
    let left =
        "SELECT member_id, month, state, source, coalesce(shop, ''), count(*), sum(counted_kopecks) FROM receipts
         GROUP BY 1, 2, 3, 4, 5";
    let kept = "SELECT * FROM receipt_months";
    let differences: i64 = connection
        .query_row(
            &format!("SELECT count(*) FROM (SELECT * FROM ({left} EXCEPT {kept}) UNION ALL SELECT * FROM ({kept} EXCEPT {left}))"),
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(differences, 0);
    let tx = connection.transaction().unwrap();
    for filter in [
        HistoryFilter::default(),
        HistoryFilter { states: vec![ReceiptState::Credited, ReceiptState::Reversed], ..HistoryFilter::default() },
    ] {
        // With a word that all have, each receipt is looked at: the sums are the same.
        let looked = wanted(&HistoryFilter { text: "1,00".to_owned(), ..filter.clone() });
        for month in [202_603, 202_512, 202_510] {
            let kept = month_sum(&tx, &member(), &wanted(&filter), month).unwrap();
            let counted = month_sum(&tx, &member(), &looked, month).unwrap();
            assert!(kept.receipt_count > 0);
            assert_eq!((kept.receipt_count, kept.counted), (counted.receipt_count, counted.counted), "{month}");
        }
    }
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = filled(folder.path(), 500);
    let tx = connection.transaction().unwrap();
    for filter in [
        HistoryFilter::default(),
        HistoryFilter { states: vec![ReceiptState::Pending, ReceiptState::Rejected], ..HistoryFilter::default() },
        HistoryFilter { text: "ШЕЛК северный".to_owned(), ..HistoryFilter::default() },
    ] {
        let wanted = wanted(&filter);
        let ids = |rows: Vec<Row>| rows.into_iter().map(|row| row.receipt.local_id).collect::<Vec<_>>();
        let all = ids(page(&tx, &member(), &wanted, None, 1_000).unwrap());
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let rows = page(&tx, &member(), &wanted, after, 7).unwrap();
            let Some(last) = rows.last() else { break };
            after = Some(HistoryCursor { issued_at: last.receipt.issued_at, local_id: last.receipt.local_id });
            paged.extend(ids(rows));
        }
        assert!(all.len() > 100 && paged == all, "{filter:?}");
    }
}

#[test]
fn shops_are_named_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = filled(folder.path(), 100);
    let tx = connection.transaction().unwrap();
    assert_eq!(shops(&tx, &member()).unwrap().len(), 3);
    assert!(shops(&tx, &MemberId::new("m2")).unwrap().is_empty());
}
