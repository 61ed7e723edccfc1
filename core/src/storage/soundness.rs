//! Whether a file is what was written to it, as far as can be seen.

use rusqlite::{Connection, ErrorCode, types::ValueRef};

/// Columns of the queue that are read as numbers of 32 bits: another one would stop the whole queue.
const NARROW: [&str; 3] = ["payload_version", "attempts", "checksum"];

/// Looks at `tables` with their indexes, or at the whole file. SQLite's own check knows the form of pages, the kinds
/// of values and what an index must hold; it does not know that texts are UTF-8.
pub fn is_sound(connection: &Connection, tables: Option<&[&str]>) -> Result<bool, rusqlite::Error> {
    match are_sound(connection, tables) {
        // There is no such table, though the file says that it was made; or its schema cannot be read.
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::Unknown | ErrorCode::DatabaseCorrupt)) => {
            Ok(false)
        }
        sound => sound,
    }
}

fn are_sound(connection: &Connection, tables: Option<&[&str]>) -> Result<bool, rusqlite::Error> {
    let names: Vec<String> = match tables {
        Some(tables) => tables.iter().map(|table| (*table).to_owned()).collect(),
        None => connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?,
    };
    let checks = match tables {
        Some(tables) => tables.iter().map(|table| format!("PRAGMA integrity_check({table})")).collect(),
        None => vec!["PRAGMA integrity_check(1)".to_owned()],
    };
    for check in checks {
        if connection.query_row(&check, [], |row| row.get::<_, String>(0))? != "ok" {
            return Ok(false);
        }
    }
    for table in names {
        if !are_values_sound(connection, &table)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn are_values_sound(connection: &Connection, table: &str) -> Result<bool, rusqlite::Error> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
    let is_narrow: Vec<bool> =
        statement.column_names().iter().map(|column| table == "outbox" && NARROW.contains(column)).collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for (column, is_narrow) in is_narrow.iter().enumerate() {
            let is_sound = match row.get_ref(column)? {
                ValueRef::Text(text) => std::str::from_utf8(text).is_ok(),
                ValueRef::Integer(number) => !is_narrow || u32::try_from(number).is_ok(),
                ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => true,
            };
            if !is_sound {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
