//! What light, lens and sensor do to a picture.

use image::{DynamicImage, GrayImage};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Blur, contrast, a shadow, noise, and light on dark ground: each by chance.
pub fn finish(mut picture: GrayImage, chance: &mut ChaCha8Rng) -> GrayImage {
    let radius = chance.random_range(0..4);
    if radius > 0 {
        picture = DynamicImage::ImageLuma8(picture).fast_blur(radius as f32 * 0.6).into_luma8();
    }
    let inverted = chance.random_ratio(1, 4);
    let (contrast, brightness) = (chance.random_range(0.2..1.0), chance.random_range(-60.0..60.0));
    let shadow = chance.random_range(-0.3..0.3) / picture.width() as f32;
    let noise = chance.random_range(0.0..40.0) / 256.0;
    // Far quicker than a number for each pixel.
    let width = picture.width() as usize;
    // Far quicker than a number for each pixel.
    let mut grains = vec![0u8; width];
    for row in picture.chunks_exact_mut(width) {
        chance.fill(&mut grains);
        for (x, (pixel, grain)) in row.iter_mut().zip(&grains).enumerate() {
            let tone = if inverted { 255 - *pixel } else { *pixel };
            let lit = (f32::from(tone) - 128.0) * contrast + 128.0 + brightness;
            *pixel = (lit * (1.0 + shadow * x as f32) + (f32::from(*grain) - 128.0) * noise) as u8;
        }
    }
    picture
}
