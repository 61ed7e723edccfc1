//! Gaussian elimination over GF(2), a column at a time.

use super::reed_solomon::MAX_PARITY;

/// Enough for the syndromes of any block, bit by bit, and so for a set of basis columns.
pub(super) const WORDS: usize = (8 * MAX_PARITY).div_ceil(64);

pub(super) type Bits = [u64; WORDS];

pub(super) fn sum(a: &Bits, b: &Bits) -> Bits {
    std::array::from_fn(|word| a[word] ^ b[word])
}

/// The members of a set, in order.
pub(super) fn members(set: &Bits) -> impl Iterator<Item = usize> {
    (0..64 * WORDS).filter(|index| set[index / 64] >> (index % 64) & 1 == 1)
}

/// A row of the elimination: a vector, and the basis columns that sum up to it.
#[derive(Debug, Clone, Copy)]
struct Row {
    vector: Bits,
    members: Bits,
}

/// Independent columns, counted in the order in which they came, and their echelon form.
pub(super) struct Basis {
    rank: usize,
    /// By the lowest bit set in a row's vector.
    rows: [Option<Row>; 64 * WORDS],
}

impl Basis {
    pub(super) fn new() -> Self {
        Self { rank: 0, rows: [None; 64 * WORDS] }
    }

    /// Takes a column in if it is independent of those inside; else gives the set that sums up to it.
    pub(super) fn admit(&mut self, column: &Bits) -> Option<Bits> {
        let (mut row, pivot) = self.reduced(column);
        let Some(pivot) = pivot else { return Some(row.members) };
        row.members[self.rank / 64] ^= 1 << (self.rank % 64);
        self.rows[pivot] = Some(row);
        self.rank += 1;
        None
    }

    /// The set of columns that sums up to a vector.
    pub(super) fn express(&self, vector: &Bits) -> Option<Bits> {
        let (row, pivot) = self.reduced(vector);
        pivot.is_none().then_some(row.members)
    }

    /// What the rows leave of a vector, and the lowest bit that none of them can clear.
    fn reduced(&self, vector: &Bits) -> (Row, Option<usize>) {
        let mut left = Row { vector: *vector, members: [0; WORDS] };
        for word in 0..WORDS {
            while left.vector[word] != 0 {
                let pivot = 64 * word + left.vector[word].trailing_zeros() as usize;
                let Some(row) = &self.rows[pivot] else { return (left, Some(pivot)) };
                left = Row { vector: sum(&left.vector, &row.vector), members: sum(&left.members, &row.members) };
            }
        }
        (left, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_depend_on_others_are_told_by_which() {
        let mut basis = Basis::new();
        assert_eq!(basis.admit(&[0b011, 0, 0, 0]), None);
        assert_eq!(basis.admit(&[0b110, 0, 1, 0]), None);
        assert_eq!(basis.admit(&[0b101, 0, 1, 0]), Some([0b11, 0, 0, 0]));
        assert_eq!(basis.admit(&[0, 0, 0, 1 << 63]), None);
        let set = basis.express(&[0b011, 0, 0, 1 << 63]).unwrap();
        assert_eq!(members(&set).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(basis.express(&[0b001, 0, 0, 0]), None);
        assert_eq!(basis.express(&[0; WORDS]), Some([0; WORDS]));
    }

    #[test]
    fn as_many_independent_columns_as_bits_express_everything() {
        let mut basis = Basis::new();
        for bit in (0..64 * WORDS).rev() {
            let mut column = [0; WORDS];
            column[bit / 64] = u64::MAX << (bit % 64);
            assert_eq!(basis.admit(&column), None);
        }
        assert!(basis.express(&[0x1234, 5, u64::MAX, 7]).is_some());
    }
}
