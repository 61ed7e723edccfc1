use super::drawing::Place;
use crate::scan::stages::finder::Finder;
use crate::scan::stages::geometry::Point;
use crate::scan::stages::triples::{Triple, triples};

fn finder(centre: Point, module: f32) -> Finder {
    Finder { centre, module, votes: 3, likeness: 0.8 }
}

/// Top left, top right, bottom left.
fn of(place: &Place, module: f32) -> [Finder; 3] {
    let far = place.dimension as f32 - 3.5;
    [(3.5, 3.5), (far, 3.5), (3.5, far)].map(|(x, y)| finder(place.map().apply(Point::new(x, y)), module))
}

fn is(triple: &Triple, [top_left, top_right, bottom_left]: [Finder; 3]) -> bool {
    (triple.top_left, triple.top_right, triple.bottom_left) == (top_left, top_right, bottom_left)
}

#[test]
fn the_corner_and_its_sides_are_told_apart_however_the_code_is_turned() {
    for degrees in (0..360).step_by(7) {
        let place = Place::at(41, 100.0, 80.0, 4.0).turned(degrees as f32);
        let [top_left, top_right, bottom_left] = of(&place, 4.0);
        for order in [[top_left, top_right, bottom_left], [bottom_left, top_right, top_left]] {
            let found = triples(&order, 9);
            assert!(is(&found[0], [top_left, top_right, bottom_left]), "{degrees}: {:?}", found[0]);
        }
    }
}

#[test]
fn of_a_code_seen_at_a_slant_too() {
    for tilt in [20.0, 35.0, 45.0] {
        for degrees in (0..360).step_by(30) {
            let place = Place::at(33, 100.0, 80.0, 4.0).turned(degrees as f32).leant(tilt);
            let expected = of(&place, 4.0);
            let found = triples(&expected, 9);
            assert!(is(&found[0], expected), "{tilt} {degrees}: {:?}", found[0]);
        }
    }
}

#[test]
fn of_a_code_seen_from_behind_the_corner_stays_and_the_sides_change() {
    let [top_left, top_right, bottom_left] = of(&Place::at(41, 100.0, 80.0, 4.0), 4.0);
    let mirrored = [top_left, top_right, bottom_left]
        .map(|finder| Finder { centre: Point::new(500.0 - finder.centre.x, finder.centre.y), ..finder });
    assert!(is(&triples(&mirrored, 9)[0], [mirrored[0], mirrored[2], mirrored[1]]));
}

#[test]
fn a_codes_own_come_before_those_of_two_codes_and_of_decoys() {
    let (a, b) = (of(&Place::at(25, 20.0, 30.0, 4.0), 4.0), of(&Place::at(25, 190.0, 40.0, 4.0).turned(6.0), 4.0));
    let decoys = [(60.0, 60.0, 3.0), (150.0, 100.0, 5.0), (240.0, 20.0, 4.0), (100.0, 200.0, 6.0)]
        .map(|(x, y, module)| Finder { likeness: 0.2, ..finder(Point::new(x, y), module) });
    let all: Vec<Finder> = decoys.into_iter().chain(a).chain(b).collect();
    let found = triples(&all, 50);
    assert!(found[..2].iter().any(|triple| is(triple, a)), "{:?}", &found[..2]);
    assert!(found[..2].iter().any(|triple| is(triple, b)), "{:?}", &found[..2]);
    assert!(found.windows(2).all(|two| two[0].cost <= two[1].cost));
}

#[test]
fn no_more_are_given_than_were_asked_for() {
    let squares: Vec<Finder> =
        (0..64).map(|nth| finder(Point::new((nth % 8) as f32 * 60.0, (nth / 8) as f32 * 60.0), 3.0)).collect();
    assert_eq!(triples(&squares, 12).len(), 12);
    assert!(triples(&squares, 100_000).len() > 1000);
}

#[test]
fn what_no_code_can_look_like_is_none() {
    let code = of(&Place::at(25, 20.0, 30.0, 4.0), 4.0);
    assert!(!triples(&code, 9).is_empty());
    assert_eq!(triples(&code[..2], 9), []);
    // Of sizes too unlike; in a row; nearer to each other than in the smallest code.
    let unlike = [code[0], code[1], Finder { module: 12.0, ..code[2] }];
    let row = [0.0, 100.0, 200.0].map(|x| finder(Point::new(x, 50.0), 4.0));
    let near = [(0.0, 0.0), (28.0, 0.0), (0.0, 28.0)].map(|(x, y)| finder(Point::new(x, y), 4.0));
    for three in [unlike, row, near] {
        assert_eq!(triples(&three, 9), [], "{three:?}");
    }
}
