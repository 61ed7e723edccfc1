//! Pictures that are drawn here, so that none has to be kept in the repository.

use png::{BitDepth, ColorType, Encoder, EncodingError};

type Colour = [u8; 3];

const DUSK: Colour = [43, 35, 80];
const ROSE: Colour = [201, 116, 138];
const GOLD: Colour = [243, 201, 139];
const SUN: Colour = [255, 236, 196];
const FAR_HILL: Colour = [92, 62, 98];
const NEAR_HILL: Colour = [48, 38, 70];
const LEAF: Colour = [201, 160, 99];

/// An evening over two hills.
pub(crate) fn evening(width: u32, height: u32) -> Vec<u8> {
    png(width, height, |x, y| {
        let sun = (x - 0.68).powi(2) * (width as f32 / height as f32).powi(2) + (y - 0.52).powi(2);
        if y > 0.78 - 0.35 * (x - 0.15) * (1.0 - x) {
            NEAR_HILL
        } else if y > 0.72 - 0.5 * x * (0.8 - x) {
            FAR_HILL
        } else if sun < 0.012 {
            SUN
        } else if y < 0.45 {
            between(DUSK, ROSE, y / 0.45)
        } else {
            between(ROSE, GOLD, (y - 0.45) / 0.3)
        }
    })
}

/// The programme's mark: a leaf on the colour of dusk.
pub(crate) fn leaf(width: u32, height: u32) -> Vec<u8> {
    png(width, height, |x, y| {
        let aspect = width as f32 / height as f32;
        let (x, y) = ((x - 0.5) * aspect, y - 0.5);
        // Where two circles overlap, with a vein between them.
        let inside = |centre: f32| (x - centre).powi(2) + y.powi(2) < 0.36;
        let vein = x.abs() < 0.02;
        if inside(-0.4) && inside(0.4) && !vein { LEAF } else { DUSK }
    })
}

fn between(one: Colour, other: Colour, part: f32) -> Colour {
    let part = part.clamp(0.0, 1.0);
    let [(r, s), (g, h), (b, c)] = [(one[0], other[0]), (one[1], other[1]), (one[2], other[2])];
    [(r, s), (g, h), (b, c)].map(|(from, to)| (f32::from(from) + (f32::from(to) - f32::from(from)) * part) as u8)
}

/// A PNG whose pixels are a function of their place, from 0 to 1 each way.
fn png(width: u32, height: u32, colour: impl Fn(f32, f32) -> Colour) -> Vec<u8> {
    let (columns, rows) = (width as f32, height as f32);
    let pixels: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| colour((x as f32 + 0.5) / columns, (y as f32 + 0.5) / rows))
        .collect();
    // Encoding into memory cannot fail.
    encode(width, height, &pixels).unwrap_or_default()
}

fn encode(width: u32, height: u32, pixels: &[u8]) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}
