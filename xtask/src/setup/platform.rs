//! The machines that Shophand can be set up on.

use anyhow::{Result, bail};

use super::component::Component;
use super::pins;

/// A machine that Shophand can be set up on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Platform {
    /// Tried.
    LinuxX86,
    /// Not tried: nobody had such a machine.
    LinuxArm,
    /// Not tried: nobody had such a machine.
    MacArm,
}

impl Platform {
    /// The platform that this program was built for.
    ///
    /// # Errors
    /// When there is no libtorch 2.4.0 for it.
    pub fn current() -> Result<Self> {
        let libc = if cfg!(target_env = "musl") { "musl" } else { "" };
        Self::of(std::env::consts::OS, std::env::consts::ARCH, libc)
    }

    fn of(os: &str, arch: &str, libc: &str) -> Result<Self> {
        match (os, arch, libc) {
            ("linux", _, "musl") => bail!(
                "there is no libtorch for Linux with musl: use a distribution with glibc (Debian, Ubuntu, Fedora …)"
            ),
            ("linux", "x86_64", _) => Ok(Self::LinuxX86),
            ("linux", "aarch64", _) => Ok(Self::LinuxArm),
            ("macos", "aarch64", _) => Ok(Self::MacArm),
            ("macos", "x86_64", _) => {
                bail!(
                    "there is no libtorch 2.4.0 for Macs with an Intel processor: PyTorch stopped at 2.2 for them"
                )
            }
            _ => bail!(
                "there is no set-up for {os} on {arch}: it knows Linux on x86-64 and Arm, and macOS on Arm"
            ),
        }
    }

    /// The value of `LIBTORCH_CXX11_ABI`: PyTorch's packages are built with the old C++ ABI; macOS has only one.
    pub fn cxx11_abi(self) -> &'static str {
        match self {
            Self::LinuxX86 | Self::LinuxArm => "0",
            Self::MacArm => "1",
        }
    }

    /// What belongs into `.deps/`.
    pub fn components(self) -> Vec<Component> {
        let libtorch = match self {
            Self::LinuxX86 => pins::libtorch_linux_x86(),
            Self::LinuxArm => pins::libtorch_linux_arm(),
            Self::MacArm => pins::libtorch_mac_arm(),
        };
        vec![libtorch, pins::model()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_without_a_libtorch_are_told_why() {
        let told = |os, arch, libc| Platform::of(os, arch, libc).unwrap_err().to_string();
        assert!(told("macos", "x86_64", "").contains("Intel"));
        assert!(told("linux", "x86_64", "musl").contains("glibc"));
        assert!(told("windows", "x86_64", "").contains("windows on x86_64"));
    }

    #[test]
    fn every_platform_has_pins_that_fit_it() {
        for (os, arch) in [("linux", "x86_64"), ("linux", "aarch64"), ("macos", "aarch64")] {
            let components = Platform::of(os, arch, "").unwrap().components();
            assert_eq!(components.iter().map(|c| c.name).collect::<Vec<_>>(), ["libtorch", "model"]);
            for wheel in components.iter().flat_map(|component| &component.wheels) {
                assert_eq!(wheel.sha256.len(), 64, "{}", wheel.file);
                assert!(wheel.sha256.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f')), "{}", wheel.file);
                let start = format!("{}-{}-", wheel.package.replace('-', "_"), wheel.version);
                assert!(wheel.file.starts_with(&start), "{}", wheel.file);
                assert!(
                    wheel.file.ends_with(&format!("{}.whl", wheel.platform.unwrap_or("any"))),
                    "{}",
                    wheel.file
                );
                assert!(wheel.bytes > 0 && !wheel.keep.is_empty(), "{}", wheel.file);
            }
        }
    }
}
