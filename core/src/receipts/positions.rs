//! The SQL of what was bought.

use rusqlite::{Transaction, params};

use super::{ReceiptPosition, wire::PositionAnswer};
use crate::{money::Kopecks, storage::StorageError};

/// What the gallery tells was bought, in the place of what it told before.
pub fn replace(tx: &Transaction<'_>, local_id: i64, positions: &[PositionAnswer]) -> Result<(), StorageError> {
    tx.prepare_cached("DELETE FROM receipt_positions WHERE local_id = ?1")?.execute([local_id])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO receipt_positions (local_id, place, name, quantity_thousandths, price_kopecks, sum_kopecks)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (place, position) in positions.iter().enumerate() {
        insert.execute(params![
            local_id,
            i64::try_from(place).unwrap_or(i64::MAX),
            // Tills pad names to the width of their paper.
            position.name.trim(),
            position.quantity_thousandths,
            position.price.get(),
            position.sum.get(),
        ])?;
    }
    Ok(())
}

/// All of a receipt, as they stand on it.
pub fn of_receipt(tx: &Transaction<'_>, local_id: i64) -> Result<Vec<ReceiptPosition>, StorageError> {
    let mut statement = tx.prepare_cached(
        "SELECT name, quantity_thousandths, price_kopecks, sum_kopecks FROM receipt_positions WHERE local_id = ?1
         ORDER BY place",
    )?;
    let rows = statement.query_map([local_id], |row| {
        Ok(ReceiptPosition {
            name: row.get(0)?,
            quantity_thousandths: row.get(1)?,
            price: Kopecks::new(row.get(2)?),
            sum: Kopecks::new(row.get(3)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
