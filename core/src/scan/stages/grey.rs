//! Grey pixels with places between them.

use super::geometry::Point;

/// A grey picture to look at, row by row without gaps.
#[derive(Clone, Copy)]
pub struct Grey<'a> {
    /// One byte of luminance a pixel: `width * height` of them.
    pub pixels: &'a [u8],
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Whether it is looked at as its negative, where light codes on dark ground are dark ones on light.
    pub inverted: bool,
}

impl Grey<'_> {
    /// The brightness at a place, between the four pixels around it; the first pixel covers 0.0 to 1.0. Beyond the
    /// edge it is that of the edge. The picture must be two pixels wide and high.
    pub fn at(&self, place: Point) -> f32 {
        let x = (place.x - 0.5).max(0.0).min((self.width - 1) as f32);
        let y = (place.y - 0.5).max(0.0).min((self.height - 1) as f32);
        let (column, row) = ((x as usize).min(self.width - 2), (y as usize).min(self.height - 2));
        let (fx, fy) = (x - column as f32, y - row as f32);
        let index = row * self.width + column;
        let four = &self.pixels[index..index + self.width + 2];
        let [a, b, c, d] = [four[0], four[1], four[self.width], four[self.width + 1]].map(f32::from);
        let (upper, lower) = (a + (b - a) * fx, c + (d - c) * fx);
        let value = upper + (lower - upper) * fy;
        if self.inverted { 255.0 - value } else { value }
    }

    /// Whether a place is within the picture.
    pub fn holds(&self, place: Point) -> bool {
        (0.0..=self.width as f32).contains(&place.x) && (0.0..=self.height as f32).contains(&place.y)
    }
}
