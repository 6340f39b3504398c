//! Pictures that the shop draws. Knows nothing of what they are for.

use std::sync::Arc;

use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, EcLevel, QrCode};

use crate::screen::Picture;

/// Pixels of one module of a QR code, and its quiet zone in modules (ISO 18004 asks for four).
const MODULE: usize = 8;
const QUIET: usize = 4;

/// Why a picture could not be drawn. Holds nothing of what it was to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("the text is too long for a QR code")]
    TooLong,
    #[error("the picture could not be encoded")]
    Encoding,
}

/// A QR code that holds this text.
pub fn qr_code(text: &str) -> Result<Picture, PictureError> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| PictureError::TooLong)?;
    let modules = code.to_colors();
    let side = code.width() + 2 * QUIET;
    let is_dark = |x: usize, y: usize| {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else { return false };
        x < code.width() && modules.get(y * code.width() + x) == Some(&Color::Dark)
    };
    let pixels: Vec<u8> = (0..side * MODULE)
        .flat_map(|y| (0..side * MODULE).map(move |x| (x, y)))
        .map(|(x, y)| if is_dark(x / MODULE, y / MODULE) { 0 } else { 255 })
        .collect();
    let side = u32::try_from(side * MODULE).map_err(|_| PictureError::TooLong)?;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|_| PictureError::Encoding)?;
    writer.write_image_data(&pixels).map_err(|_| PictureError::Encoding)?;
    writer.finish().map_err(|_| PictureError::Encoding)?;
    Ok(Picture(Arc::from(file)))
}
