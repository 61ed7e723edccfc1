//! Systems of linear equations.

/// Gauss's elimination with pivoting. A row holds an equation's factors and then its right side: `M` is `N + 1`. `None`
/// where the equations depend on each other.
pub(super) fn solve<const N: usize, const M: usize>(rows: &mut [[f64; M]; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let pivot = (column..N).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        if rows[pivot][column].abs() < 1e-12 {
            return None;
        }
        rows.swap(column, pivot);
        let lead = rows[column];
        for row in rows.iter_mut().skip(column + 1) {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(lead).skip(column).for_each(|(value, above)| *value -= factor * above);
        }
    }
    let mut solution = [0.0; N];
    for row in (0..N).rev() {
        let solved: f64 = (row + 1..N).map(|column| rows[row][column] * solution[column]).sum();
        solution[row] = (rows[row][N] - solved) / rows[row][row];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved_whatever_their_order() {
        let mut rows = [[0.0, 2.0, 1.0, 7.0], [1.0, 1.0, 1.0, 6.0], [2.0, 0.0, -1.0, -1.0]];
        let [x, y, z] = solve(&mut rows).unwrap();
        assert!((x - 1.0).abs() < 1e-12 && (y - 2.0).abs() < 1e-12 && (z - 3.0).abs() < 1e-12, "{x} {y} {z}");
    }

    #[test]
    fn equations_that_say_the_same_have_no_solution() {
        assert_eq!(solve(&mut [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]), None);
    }
}
