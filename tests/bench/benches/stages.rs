//! Each stage by itself, on a frame with a code in view: what a look, a cheap and a costly attempt are made of.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use vremena_bench::drawing;
use vremena_core::scan::stages::decode::{SoftMatrix, decode, decode_plainly};
use vremena_core::scan::stages::equalize::equalized;
use vremena_core::scan::stages::finder::{finders, rated};
use vremena_core::scan::stages::grey::Grey;
use vremena_core::scan::stages::grid::{Grid, outlines};
use vremena_core::scan::stages::mesh::{Mesh, Seen};
use vremena_core::scan::stages::patch::Patch;
use vremena_core::scan::stages::sample::{Light, brightness, glanced};
use vremena_core::scan::stages::threshold::{Reach, Thresholds};
use vremena_core::scan::stages::triples::triples;
use vremena_core::scan::stages::{align, pairs, pattern};

fn stages(criterion: &mut Criterion) {
    let frames = drawing::frames_with_code(1);
    let frame = frames.first().unwrap_or_else(|| panic!("no frame was drawn"));
    let (width, height) = (frame.width as usize, frame.height as usize);
    let grey = Grey { pixels: &frame.pixels, width, height, inverted: false };
    let thresholds = Thresholds::of(grey, Reach::Middle);
    let found = finders(&thresholds, 0, 2);
    let likely = rated(&grey, found.clone());
    let triple = triples(&likely, 1).pop().unwrap_or_else(|| panic!("the code's finder patterns were not seen"));
    let sides = outlines(&grey, &triple).unwrap_or_else(|| panic!("a finder pattern has no sides"));
    let grid = Grid::of(&grey, &sides).into_iter().next().unwrap_or_else(|| panic!("no grid fits"));
    let dimension = grid.dimension;
    let patch = Patch::of(&grey, &grid.map, dimension);
    let smoothed = patch.smoothed();
    let flat = Mesh::flat(dimension);
    let values = brightness(&smoothed, &flat, dimension);
    let light = Light::of(&values, dimension);
    let known = pattern::known(dimension);
    let seen = Seen { patch: &smoothed, light: &light, known: &known };
    let matrix = SoftMatrix { dimension, modules: light.soft(&values) };
    // Half the modules unsure: nothing but the whole search is left, and fails.
    let modules = matrix.modules.iter().enumerate().map(|(nth, module)| if nth % 5 < 2 { -module } else { *module });
    let hopeless = SoftMatrix { dimension, modules: modules.collect() };

    let mut group = criterion.benchmark_group("stages");
    group.bench_function("threshold", |bencher| bencher.iter(|| black_box(Thresholds::of(grey, Reach::Middle))));
    group.bench_function("finder, every 2nd row", |bencher| bencher.iter(|| black_box(finders(&thresholds, 0, 2))));
    group.bench_function("finder, rated", |bencher| bencher.iter(|| black_box(rated(&grey, found.clone()))));
    group.bench_function("triples", |bencher| bencher.iter(|| black_box(triples(&likely, 12))));
    group.bench_function("pairs", |bencher| bencher.iter(|| black_box(pairs::completed(&grey, &likely))));
    group.bench_function("outline", |bencher| bencher.iter(|| black_box(outlines(&grey, &triple))));
    group.bench_function("grid", |bencher| bencher.iter(|| black_box(Grid::of(&grey, &sides))));
    group.bench_function("sample, glanced", |bencher| bencher.iter(|| black_box(glanced(&grey, &grid.map, dimension))));
    group.bench_function("light", |bencher| bencher.iter(|| black_box(Light::of(&values, dimension))));
    group.bench_function("align", |bencher| {
        bencher.iter(|| black_box(align::bottom_right(&grey, &grid.map, dimension)));
    });
    group.bench_function("patch", |bencher| {
        bencher.iter(|| black_box(Patch::of(&grey, &grid.map, dimension).smoothed()));
    });
    group.bench_function("mesh", |bencher| {
        bencher.iter(|| {
            let mut mesh = flat.clone();
            mesh.bend(&seen);
            black_box(mesh)
        });
    });
    group.bench_function("equalize", |bencher| {
        bencher.iter(|| black_box(equalized(&patch, &flat, &seen, dimension)));
    });
    group.bench_function("decode, plainly", |bencher| bencher.iter(|| black_box(decode_plainly(&matrix))));
    group.bench_function("decode, hopeless", |bencher| bencher.iter(|| black_box(decode(&hopeless))));
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
