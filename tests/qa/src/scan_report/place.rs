//! Parts of pictures.

use vremena_core::scan::PicturePoint;

/// A rectangle within a picture, in whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

impl Place {
    /// Corners with a third of their extent around them, as far as the picture goes; `None` if that is nothing.
    pub fn around(corners: &[PicturePoint; 4], width: u32, height: u32) -> Option<Self> {
        let (left, right) = reach(corners.map(|corner| corner.x), width);
        let (top, bottom) = reach(corners.map(|corner| corner.y), height);
        let place = Self { left, top, width: right.checked_sub(left)?, height: bottom.checked_sub(top)? };
        (place.width > 0 && place.height > 0).then_some(place)
    }
}

fn reach(along: [f32; 4], end: u32) -> (u32, u32) {
    let (first, last) = (along.into_iter().fold(f32::MAX, f32::min), along.into_iter().fold(f32::MIN, f32::max));
    let margin = (last - first) / 3.0;
    // Negative numbers become 0.
    ((first - margin) as u32, ((last + margin) as u32).min(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_margin_and_ends_with_the_picture() {
        let corners = [(10.0, 60.0), (70.0, 60.0), (70.0, 120.0), (10.0, 120.0)].map(|(x, y)| PicturePoint { x, y });
        let place = Place::around(&corners, 80, 200);
        assert_eq!(place, Some(Place { left: 0, top: 40, width: 80, height: 100 }));
        assert_eq!(Place::around(&corners, 80, 20), None);
    }
}
