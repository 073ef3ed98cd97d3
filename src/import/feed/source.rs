//! A feed's bytes as UTF-8 text: unpacked, decoded, counted.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::import::ImportError;

/// How much of the beginning decides on format, delimiter and decimal mark.
const SAMPLE: usize = 128 * 1024;

/// What one pass over the bytes tells.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    /// SHA-256 of the file as it lies there, in hex.
    pub digest: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// How its text is encoded.
    pub encoding: &'static Encoding,
    /// The beginning, decoded, without byte order mark.
    pub sample: String,
    /// Whether the sample is all of it.
    pub complete: bool,
}

/// Reads the whole file once. Text that is UTF-8 from end to end is UTF-8; a byte order mark decides otherwise; what is
/// neither is taken for Windows-1252, which every byte sequence is. What could be either is UTF-8: few texts in Windows-1252
/// have their accents in such pairs only, as a file whose one accented word is `ß€` has.
pub(super) fn survey(path: &Path) -> Result<Survey, ImportError> {
    let failed = |error: io::Error| ImportError::read(path, error);
    let file = File::open(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let hashing = Hashing { inner: file, hash: Sha256::new() };
    let mut reader = Unpacked::new(path, hashing);
    let mut head = Vec::new();
    let mut utf8 = Utf8Check::default();
    let mut buffer = vec![0; 64 * 1024];
    let mut total: usize = 0;
    loop {
        let n = reader.read(&mut buffer).map_err(|error| broken(path, error))?;
        if n == 0 {
            break;
        }
        total += n;
        let room = SAMPLE.saturating_sub(head.len()).min(n);
        head.extend_from_slice(&buffer[..room]);
        utf8.feed(&buffer[..n]);
    }
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) => encoding,
        None if utf8.valid() => UTF_8,
        None => WINDOWS_1252,
    };
    let complete = total == head.len();
    let mut sample = String::with_capacity(head.len() * 2);
    let mut decoder = encoding.new_decoder_with_bom_removal();
    sample.reserve(decoder.max_utf8_buffer_length(head.len()).unwrap_or(head.len() * 3));
    let _ = decoder.decode_to_string(&head, &mut sample, complete);
    Ok(Survey { digest: reader.into_hash().map_err(failed)?, bytes, encoding, sample, complete })
}

fn broken(path: &Path, error: io::Error) -> ImportError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            ImportError::Unreadable {
                file: path.to_owned(),
                reason: format!("the packed file is damaged ({error}); fetch it again"),
            }
        }
        _ => ImportError::read(path, error),
    }
}

/// Opens the file for reading as UTF-8 text. `read` counts the bytes taken from the disk, for progress.
pub(super) fn text(
    path: &Path,
    encoding: &'static Encoding,
    read: &Arc<AtomicU64>,
) -> Result<Box<dyn Read>, ImportError> {
    let file = File::open(path).map_err(|error| ImportError::read(path, error))?;
    read.store(0, Ordering::Relaxed);
    let counted = Counting { inner: file, read: Arc::clone(read) };
    let unpacked = Unpacked::new(path, counted);
    Ok(Box::new(Decoded::new(unpacked, encoding)))
}

/// A `.gz` by its first bytes' own name, or the plain file.
enum Unpacked<R: Read> {
    Gz(Box<MultiGzDecoder<BufReader<R>>>),
    Plain(BufReader<R>),
}

impl<R: Read> Unpacked<R> {
    fn new(path: &Path, inner: R) -> Self {
        let buffered = BufReader::with_capacity(64 * 1024, inner);
        let packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        if packed { Unpacked::Gz(Box::new(MultiGzDecoder::new(buffered))) } else { Unpacked::Plain(buffered) }
    }
}

impl Unpacked<Hashing> {
    fn into_hash(self) -> io::Result<String> {
        let mut hashing = match self {
            Unpacked::Gz(gz) => gz.into_inner().into_inner(),
            Unpacked::Plain(plain) => plain.into_inner(),
        };
        io::copy(&mut hashing, &mut io::sink())?;
        Ok(format!("{:x}", hashing.hash.finalize()))
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Gz(gz) => gz.read(buffer),
            Unpacked::Plain(plain) => plain.read(buffer),
        }
    }
}

struct Hashing {
    inner: File,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(&buffer[..n]);
        Ok(n)
    }
}

struct Counting {
    inner: File,
    read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Whether bytes that come in pieces are UTF-8; a character cut off at the very end is forgiven.
#[derive(Default)]
struct Utf8Check {
    rest: Vec<u8>,
    invalid: bool,
}

impl Utf8Check {
    fn feed(&mut self, piece: &[u8]) {
        if self.invalid {
            return;
        }
        let joined;
        let bytes = if self.rest.is_empty() {
            piece
        } else {
            joined = [self.rest.as_slice(), piece].concat();
            joined.as_slice()
        };
        let rest = match std::str::from_utf8(bytes) {
            Ok(_) => Vec::new(),
            Err(error) if error.error_len().is_none() => bytes[error.valid_up_to()..].to_vec(),
            Err(_) => {
                self.invalid = true;
                Vec::new()
            }
        };
        self.rest = rest;
    }

    fn valid(&self) -> bool {
        !self.invalid
    }
}

/// Any encoding in, UTF-8 out, without byte order mark. What cannot be decoded becomes U+FFFD.
struct Decoded<R: Read> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        debug_assert!([UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252].contains(&encoding));
        let decoder = encoding.new_decoder_with_bom_removal();
        Decoded { inner, decoder, raw: vec![0; 32 * 1024], out: Vec::new(), given: 0, ended: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        let n = self.inner.read(&mut self.raw)?;
        self.ended = n == 0;
        let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(n * 3 + 16);
        self.out.resize(room, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..n], &mut self.out, self.ended);
        self.out.truncate(written);
        self.given = 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() && !self.ended {
            self.fill()?;
        }
        let n = buffer.len().min(self.out.len() - self.given);
        buffer[..n].copy_from_slice(&self.out[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}
