//! Turns the figures of `parameters` into constants.

fn main() -> Result<(), pfms_tax_parameters::GenerateError> {
    pfms_tax_parameters::generate()
}
