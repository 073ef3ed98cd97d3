//! What a part of `.deps/` is made of.

/// One folder of `.deps/`: what to fetch for it and what to keep of that.
pub struct Component {
    /// The folder's name.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The packages that it is unpacked from.
    pub wheels: Vec<Wheel>,
    /// Links to make: name, and what it points at in the same folder.
    pub links: Vec<(&'static str, &'static str)>,
    /// Small files to write: name and content.
    pub texts: Vec<(&'static str, &'static str)>,
    /// Bytes on disk once unpacked, about.
    pub unpacked: u64,
}

/// One package file, pinned.
pub struct Wheel {
    /// The package's name.
    pub package: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The file that this platform gets.
    pub file: &'static str,
    /// The platform tag to ask for, none when the file is for all.
    pub platform: Option<&'static str>,
    /// The file's SHA-256 in hexadecimal.
    pub sha256: &'static str,
    /// The file's size.
    pub bytes: u64,
    /// What to unpack.
    pub keep: Vec<Keep>,
}

/// One file of a package, or a folder of it (then both ends end in `/`), and where it goes.
#[derive(Clone, Copy)]
pub struct Keep {
    /// Its path in the package.
    pub from: &'static str,
    /// Its path in the component.
    pub to: &'static str,
}

impl Component {
    /// Everything that decides what the folder holds, as text: folders made by another recipe are out of date.
    pub fn recipe(&self) -> String {
        let mut lines = Vec::new();
        for wheel in &self.wheels {
            lines.push(format!("wheel {} {}", wheel.file, wheel.sha256));
            lines.extend(wheel.keep.iter().map(|keep| format!("keep {} as {}", keep.from, keep.to)));
        }
        lines.extend(self.links.iter().map(|(name, target)| format!("link {name} to {target}")));
        lines.extend(self.texts.iter().map(|(name, text)| format!("text {name} {text:?}")));
        lines.join("\n")
    }
}
