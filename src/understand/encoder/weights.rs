//! A model's tensors by their names.

use std::collections::HashMap;
use std::path::Path;

use tch::{Kind, TchError, Tensor};

pub(super) struct Weights(HashMap<String, Tensor>);

impl Weights {
    pub(super) fn read(file: &Path) -> Result<Weights, TchError> {
        Ok(Weights(Tensor::read_safetensors(file)?.into_iter().collect()))
    }

    /// The tensor of this name in fp32.
    pub(super) fn get(&self, name: &str) -> Result<Tensor, TchError> {
        let found = self
            .0
            .get(name)
            .ok_or_else(|| TchError::TensorNameNotFound(name.to_owned(), "model.safetensors".to_owned()))?;
        found.f_to_kind(Kind::Float)
    }

    /// The weight and the bias of a linear layer or a norm.
    pub(super) fn pair(&self, name: &str) -> Result<(Tensor, Tensor), TchError> {
        Ok((self.get(&format!("{name}.weight"))?, self.get(&format!("{name}.bias"))?))
    }
}
