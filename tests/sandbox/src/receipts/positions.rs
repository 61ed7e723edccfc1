//! What was bought: the positions of a ticket, and those of a receipt once the tax service has answered.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MOST_KOPECKS;
use crate::seed::Seed;
use crate::store::Json;

/// A line of the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Position {
    /// As the till sent it: may be padded with spaces.
    pub(crate) name: String,
    /// In thousandths of the position's unit: 1000 is one piece, 250 a quarter of a kilogram.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64, example = 1000)]
    pub(crate) quantity_thousandths: i64,
    /// Of one unit.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub(crate) price_kopecks: i64,
    /// What was paid for it; all of them together are the receipt's total.
    #[schema(minimum = 0, maximum = 10_000_000_000_000_i64)]
    pub(crate) sum_kopecks: i64,
}

impl Position {
    /// Whether each of its numbers can stand on a receipt.
    pub(crate) fn is_valid(&self) -> bool {
        let numbers = [self.quantity_thousandths, self.price_kopecks, self.sum_kopecks];
        numbers.iter().all(|number| (0..=MOST_KOPECKS).contains(number))
    }
}

/// What they cost together, `None` where no receipt can be so large.
pub(crate) fn total(positions: &[Position]) -> Option<i64> {
    let total = positions.iter().try_fold(0_i64, |total, position| total.checked_add(position.sum_kopecks))?;
    (total <= MOST_KOPECKS).then_some(total)
}

/// Tills pad names to the width of their paper.
const PADDED_TO: usize = 24;
const MOST_POSITIONS: u64 = 4;
const HALF: i64 = 500;
const WHOLE: i64 = 1000;

/// The positions of a receipt of which nobody said any: they follow from the seed, and add up to its total exactly.
pub(crate) fn invented(seed: Seed, identity: &[&str], category: &str, total_kopecks: i64) -> Vec<Position> {
    let draw = |purpose: &str, number: u64| seed.draw(purpose, &[identity, &[&number.to_string()]].concat());
    let wanted = 1 + (draw("positions", 0) % MOST_POSITIONS) as i64;
    let count = wanted.min(total_kopecks);
    let mut left = total_kopecks;
    (0..count)
        .map(|number| {
            let others = count - number - 1;
            let sum = match others {
                0 => left,
                // A kopeck at least stays for each of the others.
                _ => 1 + (draw("sum", number as u64) % ((left - others) as u64).div_ceil(2)) as i64,
            };
            left -= sum;
            // Only what is weighed comes in parts.
            let fifth = if category == "restaurants" { HALF } else { WHOLE };
            let quantities = [WHOLE, WHOLE, 2 * WHOLE, 3 * WHOLE, fifth];
            let drawn = quantities[(draw("quantity", number as u64) % quantities.len() as u64) as usize];
            let is_exact = (sum * WHOLE) % drawn == 0 && sum * WHOLE / drawn <= MOST_KOPECKS;
            let quantity = if is_exact { drawn } else { WHOLE };
            let names = names(category);
            let name = names[(draw("name", number as u64) % names.len() as u64) as usize];
            let is_padded = draw("padded", number as u64).is_multiple_of(3);
            Position {
                name: if is_padded { format!("{name:<PADDED_TO$}") } else { name.to_owned() },
                quantity_thousandths: quantity,
                price_kopecks: sum * WHOLE / quantity,
                sum_kopecks: sum,
            }
        })
        .collect()
}

fn names(category: &str) -> [&'static str; 4] {
    match category {
        "fashion" => ["Пальто шерстяное", "Платок шёлковый", "Сорочка", "Ремень кожаный"],
        "jewellery" => ["Кольцо, серебро 925", "Серьги с гранатом", "Цепочка", "Чистка изделия"],
        "beauty" => ["Духи 50 мл", "Крем для рук", "Набор подарочный", "Свеча ароматическая"],
        "restaurants" => ["Завтрак", "Чёрный кофе", "Ёлочный пряник", "Сыр, 100 г"],
        "home" => ["Плед", "Ваза", "Скатерть льняная", "Подсвечник"],
        "services" => ["Чистка пальто", "Глажение", "Срочный заказ", "Ремонт молнии"],
        "kids" => ["Конструктор", "Кукла", "Книга с картинками", "Шапка вязаная"],
        _ => ["Товар", "Услуга", "Подарок", "Упаковка"],
    }
}

pub(super) fn keep(tx: &Transaction<'_>, receipt_id: &str, positions: &[Position]) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO receipt_positions (receipt_id, positions) VALUES (?1, ?2)")?
        .execute(params![receipt_id, Json(positions)])?;
    Ok(())
}

pub(super) fn of_receipt(tx: &Transaction<'_>, receipt_id: &str) -> rusqlite::Result<Vec<Position>> {
    let kept = tx
        .prepare_cached("SELECT positions FROM receipt_positions WHERE receipt_id = ?1")?
        .query_row([receipt_id], |row| row.get::<_, Json<_>>(0))
        .optional()?;
    Ok(kept.map_or_else(Vec::new, |positions| positions.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_positions_add_up_exactly() {
        for total_kopecks in [0, 1, 2, 3, 99, 100, 169_116, MOST_KOPECKS] {
            for number in 0..200 {
                let made = invented(Seed(1), &["7380440801290534", &number.to_string()], "fashion", total_kopecks);
                assert_eq!(total(&made), Some(total_kopecks));
                for position in &made {
                    assert!(position.is_valid() && position.sum_kopecks > 0, "{position:?}");
                    let exact = position.price_kopecks * position.quantity_thousandths;
                    assert_eq!(exact, position.sum_kopecks * WHOLE, "{position:?}");
                }
            }
        }
    }

    #[test]
    fn some_are_padded_some_fractional_and_some_alone() {
        let receipts: Vec<_> =
            (0..100).map(|number| invented(Seed(1), &[&number.to_string()], "restaurants", 169_116)).collect();
        let positions: Vec<_> = receipts.iter().flatten().collect();
        assert!(positions.iter().any(|position| position.name.ends_with("  ")));
        assert!(positions.iter().any(|position| position.quantity_thousandths == HALF));
        assert!(positions.iter().any(|position| position.quantity_thousandths == 2 * WHOLE));
        assert!(receipts.iter().any(|receipt| receipt.len() == 1) && receipts.iter().any(|receipt| receipt.len() == 4));
    }
}
