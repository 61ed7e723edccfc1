//! The plane of a code as a camera sees it.

use vremena_core::scan::PicturePoint;

/// A projective map of the unit square into a picture: Heckbert, "Fundamentals of Texture Mapping and Image Warping".
pub struct Projection {
    x: [f32; 3],
    y: [f32; 3],
    /// With 1 as its third.
    divisor: [f32; 2],
}

impl Projection {
    /// The map that takes (0, 0), (1, 0), (1, 1), (0, 1) to these corners; `None` if these enclose no area.
    pub fn of_unit_square([a, b, c, d]: [PicturePoint; 4]) -> Option<Self> {
        let (along, up) = ((b.x - c.x, b.y - c.y), (d.x - c.x, d.y - c.y));
        let sum = (a.x - b.x + c.x - d.x, a.y - b.y + c.y - d.y);
        let area = along.0 * up.1 - up.0 * along.1;
        let g = (sum.0 * up.1 - up.0 * sum.1) / area;
        let h = (along.0 * sum.1 - sum.0 * along.1) / area;
        (g.is_finite() && h.is_finite()).then_some(Self {
            x: [b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x],
            y: [b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y],
            divisor: [g, h],
        })
    }

    /// Where a point lies; `None` on the horizon and beyond.
    pub fn at(&self, (u, v): (f32, f32)) -> Option<PicturePoint> {
        let divisor = self.divisor[0] * u + self.divisor[1] * v + 1.0;
        let along = |[a, b, c]: [f32; 3]| (a * u + b * v + c) / divisor;
        (divisor > f32::EPSILON).then(|| PicturePoint { x: along(self.x), y: along(self.y) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_to_corners_and_the_middle_to_where_the_diagonals_cross() {
        let corners = [(0.0, 0.0), (120.0, 0.0), (90.0, 60.0), (30.0, 60.0)].map(|(x, y)| PicturePoint { x, y });
        let projection = Projection::of_unit_square(corners).unwrap();
        let near = |place, corner: PicturePoint| {
            let point = projection.at(place).unwrap();
            assert!((point.x - corner.x).hypot(point.y - corner.y) < 0.01, "{point:?} instead of {corner:?}");
        };
        for (place, corner) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].into_iter().zip(corners) {
            near(place, corner);
        }
        near((0.5, 0.5), PicturePoint { x: 60.0, y: 40.0 });
    }

    #[test]
    fn corners_in_one_place_have_no_plane() {
        assert!(Projection::of_unit_square([PicturePoint { x: 5.0, y: 5.0 }; 4]).is_none());
    }
}
