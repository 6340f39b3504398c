//! SMSCode.
