//! The gallery's requests a second, drawn: one panel a rule, all to one scale.

use std::fmt::Write as _;

use super::{Measured, SMOOTHED_OVER, Scenario};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 64.0;
const PANEL: f64 = 150.0;
const GAP: f64 = 46.0;
const BOTTOM: f64 = 92.0;
/// Where another rule goes further than so many times beyond the first, its panel is cut off.
const MOST_OF_THE_FIRST: f64 = 4.0;
/// Minutes before minute 0 and after it.
const BEFORE: f64 = 10.0;
const COLOURS: [&str; 3] = ["#1b6e53", "#3a5fa8", "#b5442e"];

/// From what is measured to the picture.
struct Scale {
    minute_zero: f64,
    minutes: f64,
    most: f64,
}

impl Scale {
    fn x(&self, second: f64) -> f64 {
        let minute = (second - self.minute_zero) / 60.0;
        LEFT + (minute + BEFORE) / (self.minutes + BEFORE) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, panel: usize, per_second: f64) -> f64 {
        bottom(panel) - (per_second / self.most).min(1.0) * PANEL
    }
}

/// An SVG of `scenario` as these rules made it; the first is the one that the others are compared to.
#[must_use]
pub fn draw(scenario: &Scenario, measured: &[Measured]) -> String {
    let crest =
        |measured: &Measured| smoothed(&measured.asked).fold(scenario.capacity(), |most, (_, one)| most.max(one));
    let first = measured.first().map_or(1.0, crest);
    let highest = measured.iter().map(crest).fold(0.0, f64::max);
    let slowest = measured.iter().filter_map(|measured| measured.drained).fold(0.0, f64::max);
    let scale = Scale {
        minute_zero: scenario.minute_zero().into(),
        minutes: (slowest / 60.0 * 1.1).clamp(10.0, 30.0).ceil(),
        most: rounded_up(highest.min(first * MOST_OF_THE_FIRST)),
    };
    let mut svg = String::new();
    // Writing to a string does not fail.
    let _ = write_all(&mut svg, scenario, measured, &scale);
    svg
}

fn write_all(svg: &mut String, scenario: &Scenario, measured: &[Measured], scale: &Scale) -> std::fmt::Result {
    let end = bottom(measured.len().saturating_sub(1));
    let height = end + BOTTOM;
    writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12" fill="#222">
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
<text x="{LEFT}" y="26" font-size="16" font-weight="bold">{}</text>"##,
        scenario.title
    )?;
    for (panel, (one, colour)) in measured.iter().zip(COLOURS).enumerate() {
        write_panel(svg, scenario, one, scale, (panel, colour))?;
    }
    let mut minute = -BEFORE;
    while minute <= scale.minutes {
        let x = scale.x(scale.minute_zero + minute * 60.0);
        writeln!(svg, r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle">{minute}</text>"#, end + 18.0)?;
        minute += 5.0;
    }
    let zero = if scenario.away().is_some() { "the gallery is back" } else { "the event opens" };
    let (middle, below) = ((LEFT + WIDTH - RIGHT) / 2.0, end + 38.0);
    writeln!(svg, r#"<text x="{middle}" y="{below}" text-anchor="middle">minutes since {zero}</text>"#)?;
    let entries = [
        (r##"fill="#ddd""##, "no gallery"),
        (r##"stroke="#222" stroke-dasharray="5 4""##, "capacity"),
        (r##"stroke="#e09000" stroke-width="2.5""##, "mean of the recovery, until 99.9 % are drained"),
    ];
    let mut x = LEFT;
    for (style, text) in entries {
        let y = end + 62.0;
        writeln!(svg, r#"<path d="M{x} {y}h26v0.1h-26z" {style}/>"#)?;
        if style.starts_with("fill") {
            writeln!(svg, r#"<rect x="{x}" y="{}" width="26" height="12" {style}/>"#, y - 6.0)?;
        }
        writeln!(svg, r#"<text x="{}" y="{}">{text}</text>"#, x + 34.0, y + 4.0)?;
        x += 60.0 + 7.0 * text.len() as f64;
    }
    writeln!(svg, r#"<text x="{x}" y="{}">curves: means over {SMOOTHED_OVER} s</text>"#, end + 66.0)?;
    writeln!(svg, "</svg>")
}

fn write_panel(
    svg: &mut String,
    scenario: &Scenario,
    measured: &Measured,
    scale: &Scale,
    (panel, colour): (usize, &str),
) -> std::fmt::Result {
    let (low, high, right) = (bottom(panel), bottom(panel) - PANEL, WIDTH - RIGHT);
    if let Some(away) = scenario.away() {
        let (from, until) = (scale.x(away.start.into()).max(LEFT), scale.x(away.end.into()));
        let width = until - from;
        writeln!(svg, r##"<rect x="{from:.1}" y="{high}" width="{width:.1}" height="{PANEL}" fill="#ddd"/>"##)?;
    }
    for quarter in 0..=2 {
        let per_second = scale.most * f64::from(quarter) / 2.0;
        let y = scale.y(panel, per_second);
        writeln!(svg, r##"<path d="M{LEFT} {y:.1}H{right}" stroke="#ccc"/>"##)?;
        writeln!(svg, r#"<text x="{}" y="{:.1}" text-anchor="end">{per_second}</text>"#, LEFT - 8.0, y + 4.0)?;
    }
    let middle = (low + high) / 2.0;
    writeln!(svg, r#"<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">requests/s</text>"#)?;
    write!(svg, r#"<path fill="none" stroke="{colour}" stroke-width="1.6" d=""#)?;
    let mut command = 'M';
    for (second, per_second) in smoothed(&measured.asked) {
        let x = scale.x(second);
        if (LEFT..=right).contains(&x) {
            write!(svg, "{command}{x:.1} {:.1}", scale.y(panel, per_second))?;
            command = 'L';
        }
    }
    writeln!(svg, r#""/>"#)?;
    let y = scale.y(panel, scenario.capacity());
    writeln!(svg, r##"<path d="M{LEFT} {y:.1}H{right}" stroke="#222" stroke-dasharray="5 4"/>"##)?;
    let from = f64::from(scenario.recovery_from());
    let until = scale.x(from + measured.drained.unwrap_or(f64::MAX)).min(right);
    let (from, y) = (scale.x(from), scale.y(panel, measured.mean));
    writeln!(svg, r##"<path d="M{from:.1} {y:.1}H{until:.1}" stroke="#e09000" stroke-width="2.5"/>"##)?;
    let drained = match measured.drained {
        Some(drained) => format!("99.9 % drained after {:.1} min", drained / 60.0),
        None => "not drained".to_owned(),
    };
    let cut = if measured.crest > scale.most { " (cut off above)" } else { "" };
    writeln!(
        svg,
        r#"<text x="{LEFT}" y="{}"><tspan font-weight="bold" fill="{colour}">{}</tspan>: peak {:.0}/s{cut}, mean {:.0}/s, peak/mean {:.2}; {drained} (limit {:.1} min)</text>"#,
        high - 8.0,
        measured.rule.name(),
        measured.peak,
        measured.mean,
        measured.ratio(),
        measured.limit / 60.0
    )
}

/// Means over ten seconds with the middle of each, every five.
fn smoothed(asked: &[u32]) -> impl Iterator<Item = (f64, f64)> {
    asked.windows(SMOOTHED_OVER).enumerate().step_by(SMOOTHED_OVER / 2).map(|(second, window)| {
        let mean = window.iter().sum::<u32>() as f64 / SMOOTHED_OVER as f64;
        (second as f64 + SMOOTHED_OVER as f64 / 2.0, mean)
    })
}

fn bottom(panel: usize) -> f64 {
    TOP + PANEL + panel as f64 * (PANEL + GAP)
}

/// To one or two figures.
fn rounded_up(value: f64) -> f64 {
    let unit = 10f64.powf(value.max(1.0).log10().floor()) / 5.0;
    (value / unit).ceil() * unit
}
