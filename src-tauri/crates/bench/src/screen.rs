//! What is on the virtual display, read off the memory that Xvfb keeps it in (`-fbdir`): looking at it costs the programs
//! that are looked at nothing.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::Trouble;

/// The part of the display in which the first line of content is drawn, in pixels: of Keybelt's list the first account.
const LEFT: usize = 240;
/// As far as the name goes: the ring behind it shows the time.
const WIDTH: usize = 190;
const TOP: usize = 134;
const HEIGHT: usize = 36;
/// It may be drawn so many pixels higher or lower: the list measures what stands above.
const SHIFT: usize = 8;
/// The bytes of one of them.
pub const PIXEL: usize = 4;

/// The display's memory, in the form of an X window dump.
pub struct Screen {
    memory: File,
    /// Where the pixels begin.
    pixels: usize,
    /// The bytes of one line of them.
    line: usize,
}

impl Screen {
    /// The display of this session.
    pub fn of_session() -> Result<Self, Trouble> {
        let folder = std::env::var_os("XDG_RUNTIME_DIR").ok_or("there is no session")?;
        let memory = File::open(Path::new(&folder).join("Xvfb_screen0"))?;
        // X11/XWDFile.h: the header's length, the bytes of a line, the colours behind the header.
        let (header, line, colours) = (word(&memory, 0)?, word(&memory, 12)?, word(&memory, 19)?);
        Ok(Self {
            memory,
            pixels: header + colours * 12,
            line,
        })
    }

    /// What stands where the first line of content is drawn.
    pub fn first_line(&self) -> Result<Vec<u8>, Trouble> {
        self.lines(TOP, HEIGHT)
    }

    /// Whether it stands there, or a little higher or lower.
    pub fn shows(&self, first_line: &[u8]) -> Result<bool, Trouble> {
        let around = self.lines(TOP - SHIFT, HEIGHT + 2 * SHIFT)?;
        let mut places = around.windows(first_line.len()).step_by(WIDTH * PIXEL);
        Ok(places.any(|place| place == first_line))
    }

    fn lines(&self, top: usize, height: usize) -> Result<Vec<u8>, Trouble> {
        let mut lines = vec![0; height * self.line];
        self.memory
            .read_exact_at(&mut lines, (self.pixels + top * self.line).try_into()?)?;
        let columns = LEFT * PIXEL..(LEFT + WIDTH) * PIXEL;
        let cut = lines
            .chunks(self.line)
            .filter_map(|line| line.get(columns.clone()));
        Ok(cut.flatten().copied().collect())
    }
}

fn word(memory: &File, index: u64) -> Result<usize, Trouble> {
    let mut bytes = [0; 4];
    memory.read_exact_at(&mut bytes, index * 4)?;
    Ok(u32::from_be_bytes(bytes).try_into()?)
}
