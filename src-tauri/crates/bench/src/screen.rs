//! What is on the virtual display, read off the memory that Xvfb keeps it in (`-fbdir`): looking at it costs the programs
//! that are looked at nothing.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::Trouble;

/// The part of the display in which the first line of content is drawn, in pixels: of Keybelt's list the first account, as
/// far as its name goes, since the ring behind it shows the time. It may stand a little higher or lower: the list measures
/// what stands above.
const LEFT: usize = 240;
const WIDTH: usize = 190;
const TOP: usize = 126;
const HEIGHT: usize = 52;
/// The bytes of one pixel: blue, green, red, nothing.
const PIXEL: usize = 4;
/// The three colours of a pixel that is text together make at most this; those of every surface make more.
const DARK: u32 = 3 * 110;

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

    /// How many pixels are as dark as text where the first line of content is drawn. A bare display is dark all over.
    pub fn ink(&self) -> Result<usize, Trouble> {
        let dark = |pixel: &&[u8]| pixel.iter().take(3).copied().map(u32::from).sum::<u32>() <= DARK;
        let drawn = self.lines(TOP, HEIGHT)?;
        Ok(drawn.chunks(PIXEL).filter(dark).count())
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
