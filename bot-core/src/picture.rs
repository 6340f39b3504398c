//! Pictures that the shop draws. Knows nothing of what they are for.

use std::sync::Arc;

use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, EcLevel, QrCode};

use crate::{money::Money, screen::Picture};

/// Pixels of one module of a QR code, and its quiet zone in modules (ISO 18004 asks for four).
const MODULE: usize = 8;
const QUIET: usize = 4;

/// Pixels of a picture of bars: its width, a bar, and what is free around one.
const WIDTH: u32 = 480;
const BAR: u32 = 28;
const GAP: u32 = 12;

/// The bars' colours, in the order of the coloured squares that texts name them by.
const COLOURS: [[u8; 3]; 6] = [
    [0x1e, 0x88, 0xe5],
    [0x43, 0xa0, 0x47],
    [0xfb, 0x8c, 0x00],
    [0xe5, 0x39, 0x35],
    [0x8e, 0x24, 0xaa],
    [0xfd, 0xd8, 0x35],
];

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
    encode(side, side, ColorType::Grayscale, &pixels)
}

/// One bar below the other, as long as its amount is beside the largest. At most as many as there are colours.
pub fn bars(amounts: &[Money]) -> Result<Picture, PictureError> {
    let shown: Vec<_> = amounts.iter().map(|it| it.raw().max(0)).zip(COLOURS).collect();
    let largest = shown.iter().map(|(amount, _)| *amount).max().unwrap_or(0).max(1);
    let row = BAR + GAP;
    let height = u32::try_from(shown.len()).unwrap_or(0) * row + GAP;
    let mut pixels = Vec::new();
    for y in 0..height {
        let place = usize::try_from(y.saturating_sub(GAP) / row).unwrap_or(usize::MAX);
        let is_bar = y >= GAP && (y - GAP) % row < BAR;
        let bar = shown.get(place).filter(|_| is_bar);
        for x in 0..WIDTH {
            let room = i64::from(WIDTH - 2 * GAP);
            let is_inside = |amount: i64| {
                // In i128, because an amount may be as large as any.
                let length = i128::from(amount) * i128::from(room) / i128::from(largest);
                x >= GAP && i128::from(x - GAP) < length.max(2)
            };
            let colour = bar.filter(|(amount, _)| is_inside(*amount)).map(|(_, colour)| *colour);
            pixels.extend(colour.unwrap_or([255; 3]));
        }
    }
    encode(WIDTH, height, ColorType::Rgb, &pixels)
}

fn encode(
    width: u32,
    height: u32,
    colour: ColorType,
    pixels: &[u8],
) -> Result<Picture, PictureError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|_| PictureError::Encoding)?;
    writer.write_image_data(pixels).map_err(|_| PictureError::Encoding)?;
    writer.finish().map_err(|_| PictureError::Encoding)?;
    Ok(Picture(Arc::from(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_amount() {
        let amounts = [40, 20, 0].map(Money::from_raw);
        let Picture(file) = bars(&amounts).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&*file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (WIDTH, 3 * (BAR + GAP) + GAP));
        let row = |place: u32| {
            let y = GAP + place * (BAR + GAP) + BAR / 2;
            let from = usize::try_from(y * WIDTH * 3).unwrap();
            let row = &pixels[from..][..usize::try_from(WIDTH * 3).unwrap()];
            row.chunks(3).filter(|pixel| *pixel == COLOURS[usize::try_from(place).unwrap()]).count()
        };
        assert_eq!([row(0), row(1), row(2)], [456, 228, 2]);
        assert!(bars(&[]).is_ok());
    }
}
