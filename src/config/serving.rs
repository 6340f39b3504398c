//! What Numdesk itself serves: the way in for the provider's pushes.

use std::net::SocketAddr;

use bot_core::upstream::Push;
use url::Url;

use super::{Source, UpstreamConfig};

/// What Numdesk itself serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpConfig {
    /// `NUMDESK_HTTP__LISTEN`: address and port for the provider's pushes. Nothing is served when absent.
    pub listen: Option<SocketAddr>,
    /// `NUMDESK_HTTP__PUBLIC_URL`: how the provider reaches that address from outside.
    pub public_url: Option<Url>,
}

impl HttpConfig {
    pub(super) fn read(source: &mut Source) -> Self {
        let expected = "an IP address and a port, such as 127.0.0.1:8080";
        let listen = source.text("http.listen", expected, |text| text.parse().ok());
        let public_url = source.address("http.public_url");
        if !source.has_any(&["http.listen"]) {
            for key in
                ["http.public_url", "upstream.webhook_secret", "upstream.webhook_secret_file"]
            {
                source.alone(key, "http.listen");
            }
        }
        Self { listen, public_url }
    }
}

/// Why pushes will not come although there is an address for them.
pub(super) fn warning(http: &HttpConfig, upstream: &UpstreamConfig) -> Option<String> {
    http.listen?;
    let name = upstream.provider.name();
    let push = upstream.provider.capabilities().push;
    let has_secret = upstream.webhook_secret.is_some();
    match push {
        Push::Never => Some(format!(
            "http.listen is set, but {name} tells of nothing by itself: codes are polled for"
        )),
        Push::Signed { registers: true, .. } if http.public_url.is_none() && !has_secret => {
            Some(format!(
                "every push of {name} is refused: set http.public_url, and the shop registers itself there"
            ))
        }
        Push::Signed { registers: false, .. } if !has_secret => Some(format!(
            "every push of {name} is refused: set upstream.webhook_secret to what its dashboard shows"
        )),
        Push::Signed { .. } | Push::Unsigned => None,
    }
}
