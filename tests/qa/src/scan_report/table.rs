//! Tables of text and numbers.

use std::fmt;

/// Rows under a head; the first column holds names, the others numbers.
pub struct Table {
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    fn widths(&self) -> Vec<usize> {
        let column = |index: usize| {
            let cells = self.rows.iter().chain([&self.head]).filter_map(|row| row.get(index));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        (0..self.head.len()).map(column).collect()
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = format!("|---|{}\n", "---:|".repeat(self.head.len().saturating_sub(1)));
        self.rows.iter().fold(line(&self.head) + &rule, |text, row| text + &line(row))
    }
}

impl fmt::Display for Table {
    /// As plain text, aligned.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for row in [&self.head].into_iter().chain(&self.rows) {
            let mut line = String::new();
            for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
                line += &if index == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Milliseconds; finer where they are few.
pub fn milliseconds(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_left_and_numbers_right() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let table = Table { head: row(["set", "read"]), rows: vec![row(["close", "9/26"]), row(["тень", "-"])] };
        assert_eq!(table.to_string(), "set    read\nclose  9/26\nтень      -\n");
        assert_eq!(table.markdown(), "| set | read |\n|---|---:|\n| close | 9/26 |\n| тень | - |\n");
    }
}
