//! Settings of webhooks: where messages of people's rules may be sent.

/// Where webhooks may lead.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Webhooks")]
pub struct Webhooks {
    /// Port that webhooks may have; may be repeated.
    #[arg(long = "webhook-port", env = "PFMS_WEBHOOK_PORTS", value_delimiter = ',', default_values_t = PORTS, value_parser = clap::value_parser!(u16).range(1..))]
    pub webhook_ports: Vec<u16>,

    /// Let webhooks lead to this machine, on any port and without TLS, for development. Whoever may make rules then
    /// reaches what listens here.
    #[arg(long, env = "PFMS_WEBHOOK_LOOPBACK", default_value_t = false, action = clap::ArgAction::Set)]
    pub webhook_loopback: bool,
}

const PORTS: [u16; 2] = [443, 8443];

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            webhook_ports: PORTS.into(),
            webhook_loopback: false,
        }
    }
}
