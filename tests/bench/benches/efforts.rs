//! Both efforts by themselves, and the peer on the same frames.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use vremena_bench::{Frame, drawing, folder, peer};
use vremena_core::scan::{LiveScanner, Rotation, scan_luma};

fn live(criterion: &mut Criterion) {
    let without_code = drawing::frames_without_code(12);
    both(criterion.benchmark_group("live, no code, drawn"), &without_code);
    let negatives = folder::frames_without_code().unwrap_or_else(|error| panic!("{error:#}"));
    for (set, frames) in &negatives {
        both(criterion.benchmark_group(format!("live, no code, {set}")), frames);
    }
    both(criterion.benchmark_group("live, code in view"), &drawing::frames_with_code(12));
}

fn both(mut group: BenchmarkGroup<'_, WallTime>, frames: &[Frame]) {
    let mut scanner = LiveScanner::new();
    turns(&mut group, "vremena", frames, |frame| {
        let seen = scanner.frame(&frame.pixels, frame.width, frame.height, frame.width, Rotation::None);
        black_box(seen).is_ok()
    });
    peers(&mut group, frames);
    group.finish();
}

fn still(criterion: &mut Criterion) {
    let photographs = drawing::photographs(3);
    let mut group = criterion.benchmark_group("still, 12 MP with a code");
    group.sample_size(20).measurement_time(Duration::from_secs(15));
    turns(&mut group, "vremena", &photographs, |frame| {
        black_box(scan_luma(&frame.pixels, frame.width, frame.height, frame.width)).is_ok()
    });
    peers(&mut group, &photographs);
    group.finish();
}

fn peers(group: &mut BenchmarkGroup<'_, WallTime>, frames: &[Frame]) {
    let reader = peer::reader();
    turns(group, peer::NAME, frames, |frame| black_box(peer::read(&reader, frame)).is_ok());
}

/// The frames in turn, so that none is in the caches or in the scanner's memory from the time before.
fn turns(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, frames: &[Frame], mut scan: impl FnMut(&Frame) -> bool) {
    let mut turn = frames.iter().cycle();
    group.bench_function(name, |bencher| bencher.iter(|| turn.next().is_some_and(&mut scan)));
}

criterion_group!(benches, live, still);
criterion_main!(benches);
