//! zxing-cpp, asked for one QR code: as much as the live effort gives.

use anyhow::Context;
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView};

use crate::Frame;

/// The peer's name and version.
pub const NAME: &str = "zxing-cpp 3.1.1";

/// A reader of one QR code, otherwise with the library's defaults.
pub fn reader() -> BarcodeReader {
    zxingcpp::read().formats(BarcodeFormat::QRCode).max_number_of_symbols(1)
}

/// The texts read.
///
/// # Errors
/// When the library refuses the frame.
pub fn read(reader: &BarcodeReader, frame: &Frame) -> anyhow::Result<Vec<String>> {
    let view = ImageView::from_slice(&frame.pixels, frame.width, frame.height, ImageFormat::Lum)?;
    let codes = reader.from(view).context("the peer refuses a frame")?;
    Ok(codes.iter().map(|code| code.text()).collect())
}
