//! In what numbers the encoder computes.

use std::fmt;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::panic::catch_unwind;
use std::sync::OnceLock;

use serde::Deserialize;
use tch::{Device, Kind, TchError, Tensor};

use super::linear::Linear;

/// In what numbers the linear layers compute; everything between them is fp32 either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Weights and activations as 8-bit integers through libtorch's fbgemm: x86-64 with AVX2 and later only.
    Int8,
    /// As the model was trained.
    Fp32,
}

impl Precision {
    /// The faster one that this machine's libtorch can do.
    pub fn best() -> Precision {
        if has_fbgemm() { Precision::Int8 } else { Precision::Fp32 }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Precision::Int8 => "int8",
            Precision::Fp32 => "fp32",
        })
    }
}

/// Whether libtorch can multiply integers: it was built without fbgemm for Arm, and on x86-64 it looks at the processor's
/// features. Asked once, by a small product.
pub(super) fn has_fbgemm() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        // Once per process libtorch writes to stderr that these operations will be gone in a later version. Ours is
        // pinned, and whoever runs a shop can do nothing about it.
        let muted = Muted::new();
        let done = matches!(catch_unwind(product), Ok(Ok(())));
        drop(muted);
        done
    })
}

fn product() -> Result<(), TchError> {
    let weight = Tensor::f_ones([8, 8], (Kind::Float, Device::Cpu))?;
    let bias = Tensor::f_zeros([8], (Kind::Float, Device::Cpu))?;
    Linear::new(weight.shallow_clone(), bias, Precision::Int8)?.forward(&weight).map(drop)
}

/// Stderr leads nowhere until this is dropped.
struct Muted(Option<OwnedFd>);

impl Muted {
    fn new() -> Muted {
        // Without a way back it stays as it is.
        let Ok(before) = nix::unistd::dup(std::io::stderr()) else { return Muted(None) };
        let nowhere = File::options().write(true).open("/dev/null");
        let muted = nowhere.is_ok_and(|nowhere| nix::unistd::dup2_stderr(nowhere).is_ok());
        Muted(muted.then_some(before))
    }
}

impl Drop for Muted {
    fn drop(&mut self) {
        if let Some(before) = &self.0
            && let Err(error) = nix::unistd::dup2_stderr(before)
        {
            tracing::error!(%error, "stderr cannot be had back");
        }
    }
}
