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
    /// edge it is that of the edge.
    pub fn at(&self, place: Point) -> f32 {
        let x = (place.x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (place.y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = (x - column as f32, y - row as f32);
        let next = usize::from(column + 1 < self.width);
        let below = if row + 1 < self.height { self.width } else { 0 };
        let index = row * self.width + column;
        let pixel = |offset: usize| f32::from(self.pixels[index + offset]);
        let upper = pixel(0) + (pixel(next) - pixel(0)) * fx;
        let lower = pixel(below) + (pixel(below + next) - pixel(below)) * fx;
        let value = upper + (lower - upper) * fy;
        if self.inverted { 255.0 - value } else { value }
    }

    /// Whether a place is within the picture.
    pub fn holds(&self, place: Point) -> bool {
        (0.0..=self.width as f32).contains(&place.x) && (0.0..=self.height as f32).contains(&place.y)
    }
}
