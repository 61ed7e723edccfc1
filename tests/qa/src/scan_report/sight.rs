//! A picture for the page, with what the scanner saw drawn over it.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, BufWriter},
    path::Path,
};

use anyhow::Context;
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, imageops};
use vremena_core::scan::{Levers, Picture, PicturePoint, SeenGrid, examine};

use super::place::Place;
use super::projection::Projection;

/// Hundreds of failures must still open in a browser.
const MOST_WIDTH: u32 = 640;
const MOST_HEIGHT: u32 = 900;
const JPEG_QUALITY: u8 = 72;

/// Places that looked like a code are drawn up to this many, those with the best timing first.
const MOST_GRIDS: usize = 6;

/// A close-up is shown if the code's place is at most this part of a picture that had to be made smaller.
const CLOSE_UP: f32 = 0.6;

/// A circle around seven modules, as a finder pattern has.
const FINDER_RADIUS: f32 = 3.5;

/// What was seen in one picture.
pub struct Sight {
    /// The whole picture, then a close-up if it shows more.
    pub views: Vec<View>,
    /// SVG paths in the picture's pixels.
    pub finders: String,
    /// The outlines of all grids drawn.
    pub outlines: String,
    /// The modules of the likeliest.
    pub lattice: String,
    pub truth: String,
    /// Numbers of what was seen, in words.
    pub facts: Vec<String>,
}

/// A part of a picture as a file beside the page.
pub struct View {
    pub file: String,
    /// In the picture's pixels.
    pub place: Place,
    /// Of the file, in its own pixels.
    pub width: u32,
    pub height: u32,
}

/// Examines a picture with all means, and writes its files into `pictures`.
pub fn of(picture: &Picture, truth: &[[PicturePoint; 4]], pictures: &Path, file: &str) -> anyhow::Result<Sight> {
    let seen = examine(picture, Levers::ALL);
    let mut grids: Vec<&SeenGrid> = seen.grids.iter().collect();
    grids.sort_by(|a, b| (b.read, b.timing).partial_cmp(&(a.read, a.timing)).unwrap_or(std::cmp::Ordering::Equal));
    let likeliest = grids.first().copied();
    let facts = facts(seen.squares.len(), seen.grids.len(), likeliest, seen.outcome.advice.map(|advice| advice.code()));
    grids.truncate(MOST_GRIDS);
    let mut finders = String::new();
    for square in &seen.squares {
        circle(&mut finders, square.centre, square.module * FINDER_RADIUS);
    }
    Ok(Sight {
        views: views(picture, truth, likeliest, pictures, file)?,
        finders,
        outlines: outlines(grids.iter().map(|grid| &grid.corners)),
        lattice: likeliest.map(lattice).unwrap_or_default(),
        truth: outlines(truth),
        facts,
    })
}

fn facts(finders: usize, grids: usize, likeliest: Option<&SeenGrid>, advice: Option<&str>) -> Vec<String> {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut facts = vec![counted(finders, "finder pattern"), counted(grids, "grid")];
    if let Some(SeenGrid { dimension, timing, read, .. }) = likeliest {
        let read = if *read { ", read" } else { "" };
        facts.push(format!("likeliest: {dimension} modules a side, timing {timing:.2}{read}"));
    }
    facts.extend(advice.map(|advice| format!("advice: {advice}")));
    facts
}

// Writing to a string cannot fail, here and below.
fn circle(path: &mut String, PicturePoint { x, y }: PicturePoint, radius: f32) {
    let _ = write!(path, "M{:.1} {y:.1}a{radius:.1} {radius:.1} 0 1 0 {:.1} 0", x - radius, 2.0 * radius);
    let _ = write!(path, "a{radius:.1} {radius:.1} 0 1 0 {:.1} 0zM{x:.1} {y:.1}h0", -2.0 * radius);
}

fn outlines<'a>(quadrilaterals: impl IntoIterator<Item = &'a [PicturePoint; 4]>) -> String {
    let mut path = String::new();
    for [a, b, c, d] in quadrilaterals {
        let _ = write!(path, "M{:.1} {:.1}L{:.1} {:.1} {:.1} {:.1} ", a.x, a.y, b.x, b.y, c.x, c.y);
        let _ = write!(path, "{:.1} {:.1}z", d.x, d.y);
    }
    path
}

/// Lines between modules stay straight in a projection, so their ends are enough.
fn lattice(grid: &SeenGrid) -> String {
    let Some(projection) = Projection::of_unit_square(grid.corners) else { return String::new() };
    let mut path = String::new();
    for line in 1..grid.dimension {
        let part = line as f32 / grid.dimension as f32;
        for (from, to) in [((part, 0.0), (part, 1.0)), ((0.0, part), (1.0, part))] {
            if let (Some(from), Some(to)) = (projection.at(from), projection.at(to)) {
                let _ = write!(path, "M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y);
            }
        }
    }
    path
}

fn views(
    picture: &Picture,
    truth: &[[PicturePoint; 4]],
    likeliest: Option<&SeenGrid>,
    pictures: &Path,
    file: &str,
) -> anyhow::Result<Vec<View>> {
    let Some(grey) = GrayImage::from_raw(picture.width(), picture.height(), picture.luma().to_vec()) else {
        return Ok(Vec::new());
    };
    let stem = file.replace(['/', '\\', '.'], "-");
    let whole = Place { left: 0, top: 0, width: grey.width(), height: grey.height() };
    let mut views = vec![view(&grey, whole, pictures, format!("{stem}.jpg"))?];
    let corners = truth.first().or(likeliest.map(|grid| &grid.corners));
    let near = corners.and_then(|corners| Place::around(corners, whole.width, whole.height));
    let near = near.filter(|near| whole.width > MOST_WIDTH && (near.width as f32) < CLOSE_UP * whole.width as f32);
    if let Some(near) = near {
        views.push(view(&grey, near, pictures, format!("{stem}-close.jpg"))?);
    }
    Ok(views)
}

fn view(grey: &GrayImage, place: Place, pictures: &Path, file: String) -> anyhow::Result<View> {
    let part = imageops::crop_imm(grey, place.left, place.top, place.width, place.height).to_image();
    let scale = (MOST_WIDTH as f32 / place.width as f32).min(MOST_HEIGHT as f32 / place.height as f32).min(1.0);
    let scaled = |side: u32| ((side as f32 * scale) as u32).max(1);
    let (width, height) = (scaled(place.width), scaled(place.height));
    let small = if scale < 1.0 { imageops::thumbnail(&part, width, height) } else { part };
    let path = pictures.join(&file);
    write_jpeg(&small, &path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(View { file, place, width, height })
}

fn write_jpeg(picture: &GrayImage, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = BufWriter::new(File::create(path)?);
    JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY).encode_image(picture).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [PicturePoint; 4] = [
        PicturePoint { x: 10.0, y: 10.0 },
        PicturePoint { x: 52.0, y: 10.0 },
        PicturePoint { x: 52.0, y: 52.0 },
        PicturePoint { x: 10.0, y: 52.0 },
    ];

    #[test]
    fn a_grid_is_drawn_module_by_module() {
        let grid = SeenGrid { corners: SQUARE, dimension: 21, timing: 1.0, read: false };
        let drawn = lattice(&grid);
        assert_eq!(drawn.matches('M').count(), 2 * 20);
        assert!(drawn.starts_with("M12.0 10.0L12.0 52.0M10.0 12.0L52.0 12.0M14.0 10.0"), "{drawn}");
    }

    #[test]
    fn a_finder_pattern_is_a_circle_around_its_seven_modules() {
        let mut path = String::new();
        circle(&mut path, PicturePoint { x: 20.0, y: 30.0 }, 2.0 * FINDER_RADIUS);
        assert_eq!(path, "M13.0 30.0a7.0 7.0 0 1 0 14.0 0a7.0 7.0 0 1 0 -14.0 0zM20.0 30.0h0");
    }

    #[test]
    fn numbers_are_told_in_words() {
        let grid = SeenGrid { corners: SQUARE, dimension: 29, timing: 0.826, read: false };
        let told = facts(1, 2, Some(&grid), Some("too_dark")).join("; ");
        assert_eq!(told, "1 finder pattern; 2 grids; likeliest: 29 modules a side, timing 0.83; advice: too_dark");
    }
}
