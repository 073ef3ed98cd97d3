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
