//! A zip file that is written piece by piece.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use pfms_runtime::Error;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// Bytes of a piece: large enough to be worth a row, small enough to be held by many.
pub const PIECE: usize = 256 * 1024;

/// What was written and not taken yet.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip file in the making.
pub struct Archive {
    buffer: Buffer,
    /// It is large, and tasks that hold it would be too.
    zip: Box<ZipWriter<StreamWriter<Buffer>>>,
}

impl Archive {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let buffer = Buffer::default();
        Self {
            zip: Box::new(ZipWriter::new_stream(buffer.clone())),
            buffer,
        }
    }

    /// Begins a file.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn file(&mut self, name: &str) -> Result<(), Error> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(true);
        self.zip.start_file(name, options).map_err(Error::internal)
    }

    /// Adds to the file that was begun last.
    ///
    /// # Errors
    /// When none was begun.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.zip.write_all(bytes).map_err(Error::internal)
    }

    /// The next piece, once there is a whole one.
    pub fn piece(&mut self) -> Option<Vec<u8>> {
        let mut held = self.buffer.0.lock().unwrap_or_else(PoisonError::into_inner);
        (held.len() >= PIECE).then(|| held.drain(..PIECE).collect())
    }

    /// Ends the archive, and gives what is left of it.
    ///
    /// # Errors
    /// When it cannot be ended.
    pub fn finish(self) -> Result<Vec<Vec<u8>>, Error> {
        self.zip.finish().map_err(Error::internal)?;
        let held = self.buffer.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(held.chunks(PIECE).map(<[u8]>::to_vec).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn pieces_make_a_zip_file_that_opens() {
        let mut archive = Archive::new();
        // Random enough not to shrink below a piece.
        let mut state = 1_u32;
        let mut bytes = Vec::new();
        for _ in 0..3 * PIECE {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push(state.to_be_bytes()[0]);
        }
        let mut whole = Vec::new();
        let mut pieces = 0;
        for name in ["a/one.bin", "two.bin"] {
            archive.file(name).unwrap();
            for part in bytes.chunks(10_000) {
                archive.write(part).unwrap();
                while let Some(piece) = archive.piece() {
                    assert_eq!(piece.len(), PIECE);
                    pieces += 1;
                    whole.extend(piece);
                }
            }
        }
        assert!(pieces > 2, "{pieces}");
        for piece in archive.finish().unwrap() {
            assert!(piece.len() <= PIECE);
            whole.extend(piece);
        }
        let mut zip = zip::ZipArchive::new(io::Cursor::new(whole)).unwrap();
        for name in ["a/one.bin", "two.bin"] {
            let mut read = Vec::new();
            zip.by_name(name).unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(read, bytes);
        }
    }
}
