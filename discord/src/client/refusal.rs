//! What a refusal of Discord's means for the shop. Knows nothing of HTTP.
//!
//! The numbers are those of "Opcodes and Status Codes, JSON Error Codes".

/// Why Discord says no, as far as it makes a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The token is wrong or was withdrawn.
    Unauthorized,
    /// The person takes no direct messages from the bot.
    DirectClosed,
    /// The message to edit is not there or is not to be edited.
    MessageGone,
    /// An interaction's token lives 15 minutes, and only after it was answered once.
    PassExpired,
    /// Nobody waits for the answer to this interaction any more: it is older than three seconds.
    TooLate,
    /// The interaction has its first answer.
    Answered,
    /// The bot is not there, or may not do this there.
    NoAccess,
    Other,
}

impl Refusal {
    pub fn classify(status: u16, code: u64) -> Self {
        match code {
            50_007 | 50_278 | 10_013 => Self::DirectClosed,
            10_008 | 50_005 | 50_021 | 30_046 => Self::MessageGone,
            10_015 | 50_027 => Self::PassExpired,
            10_062 => Self::TooLate,
            40_060 => Self::Answered,
            10_003 | 10_004 | 50_001 | 50_013 => Self::NoAccess,
            _ if status == 401 => Self::Unauthorized,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_recognised() {
        for (status, code, reason) in [
            (401, 0, Refusal::Unauthorized),
            (403, 50_007, Refusal::DirectClosed),
            (404, 10_008, Refusal::MessageGone),
            (404, 10_015, Refusal::PassExpired),
            (401, 50_027, Refusal::PassExpired),
            (404, 10_062, Refusal::TooLate),
            (400, 40_060, Refusal::Answered),
            (403, 50_001, Refusal::NoAccess),
            (404, 10_003, Refusal::NoAccess),
            (400, 50_035, Refusal::Other),
            (404, 0, Refusal::Other),
        ] {
            assert_eq!(Refusal::classify(status, code), reason, "{code}");
        }
    }
}
