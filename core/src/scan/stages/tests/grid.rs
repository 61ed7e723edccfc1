use super::drawing::{Chance, Code, Place, Sheet, Shot};
use crate::scan::stages::finder::Finder;
use crate::scan::stages::geometry::Point;
use crate::scan::stages::grid::{Grid, outlines};
use crate::scan::stages::triples::Triple;

/// Three finder patterns as the earlier stages give them: their middles nearly, and a size.
fn triple(place: &Place, module: f32) -> Triple {
    let far = place.dimension as f32 - 3.5;
    let [top_left, top_right, bottom_left] = [(3.5, 3.5), (far, 3.5), (3.5, far)].map(|(x, y)| {
        let centre = place.map().apply(Point::new(x, y)) + Point::new(0.3, -0.2);
        Finder { centre, module, votes: 3, likeness: 0.8 }
    });
    Triple { top_left, top_right, bottom_left, cost: 0.0 }
}

fn grids(shot: &Shot, place: &Place, module: f32) -> Vec<Grid> {
    let grey = shot.grey();
    Grid::of(&grey, &outlines(&grey, &triple(place, module)).unwrap())
}

fn off(grid: &Grid, place: &Place) -> f32 {
    grid.corners().iter().zip(place.corners).map(|(corner, truth)| corner.distance(truth)).fold(0.0, f32::max)
}

#[test]
fn the_modules_of_every_version_are_counted_and_laid() {
    for version in 1..=40 {
        let (sheet, place) = Sheet::with(&Code::of("7", Some(version)), 3.0, |place| place.turned(4.0));
        let grid = grids(&sheet.shot(), &place, 3.0)[0];
        assert_eq!(grid.dimension, 17 + 4 * version);
        assert!(grid.timing > 0.9, "{version}: {}", grid.timing);
        assert!(off(&grid, &place) < 3.0, "{version}: {} pixels", off(&grid, &place));
    }
}

#[test]
fn tilted_paper_is_laid_flat() {
    for tilt in [15.0, 30.0, 45.0] {
        for degrees in [0.0, 30.0, 100.0, 225.0] {
            let (sheet, place) = Sheet::with(&Code::receipt(), 6.0, |place| place.turned(degrees).leant(tilt));
            let grid = grids(&sheet.shot(), &place, 5.0)[0];
            assert_eq!(grid.dimension, place.dimension, "{tilt} {degrees}");
            assert!(grid.timing > 0.9, "{tilt} {degrees}: {}", grid.timing);
            assert!(off(&grid, &place) < 6.0, "{tilt} {degrees}: {} pixels", off(&grid, &place));
        }
    }
}

#[test]
fn another_count_than_the_true_one_shows_worse_timing() {
    let (sheet, place) = Sheet::with(&Code::of("7", Some(6)), 4.0, |place| place);
    let all = grids(&sheet.shot(), &place, 4.0);
    assert!(all.len() >= 3, "{all:?}");
    assert_eq!(all[0].dimension, 41);
    assert!(all[1..].iter().all(|grid| grid.timing < 0.5), "{all:?}");
}

#[test]
fn the_timing_of_shadows_and_pale_print_is_as_good_and_of_none_is_none() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 4.0, |place| place);
    let shaded = sheet.clone().lit(|pixel| 1.0 - 0.7 * pixel.x / sheet.width as f32);
    assert!(grids(&shaded.shot(), &place, 4.0)[0].timing > 0.9);
    let far = place.dimension as f32 - 7.0;
    let inverse = place.inverse();
    let only_squares = Sheet::blank(sheet.width, sheet.height).inked(|pixel| {
        let module = inverse.apply(pixel);
        let ring = |left: f32, top: f32| (module.x - left - 3.5).abs().max((module.y - top - 3.5).abs());
        let away = ring(0.0, 0.0).min(ring(far, 0.0)).min(ring(0.0, far));
        f32::from(away < 1.5 || (2.5..3.5).contains(&away))
    });
    let grids = grids(&only_squares.noisy(20.0, &mut Chance(2)).shot(), &place, 4.0);
    assert!(grids.iter().all(|grid| grid.timing < 0.5), "{grids:?}");
}

#[test]
fn one_more_fixed_point_draws_the_grid_to_it() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 5.0, |place| place);
    let shot = sheet.shot();
    let outlines = outlines(&shot.grey(), &triple(&place, 5.0)).unwrap();
    let grid = Grid::of(&shot.grey(), &outlines)[0];
    let module = Point::new(1.0, 1.0) * (place.dimension as f32 - 6.5);
    let pixel = grid.map.apply(module) + Point::new(6.0, 4.0);
    let drawn = grid.with(&shot.grey(), &outlines, module, pixel).unwrap();
    let (before, after) = (grid.map.apply(module).distance(pixel), drawn.map.apply(module).distance(pixel));
    assert!(after < 0.5 * before, "{before} {after}");
    assert_eq!(drawn.dimension, grid.dimension);
}

#[test]
fn its_middle_is_that_of_its_corners_on_flat_paper() {
    let (sheet, place) = Sheet::with(&Code::receipt(), 4.0, |place| place.turned(30.0));
    let grid = grids(&sheet.shot(), &place, 4.0)[0];
    assert!(grid.centre().distance(place.centre()) < 1.0, "{:?}", grid.centre());
}

#[test]
fn three_places_on_blank_paper_have_no_outlines() {
    let place = Place::at(25, 20.0, 20.0, 4.0);
    assert_eq!(outlines(&Sheet::blank(140, 140).shot().grey(), &triple(&place, 4.0)), None);
}
