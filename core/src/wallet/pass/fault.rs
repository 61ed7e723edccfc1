//! Why a pass is refused. Faults carry nothing that the pass said: they go into logs.

/// Faults without contents, each with its stable code.
macro_rules! faults {
    ($(#[$about:meta])* $fault:ident: $said:literal { $($(#[$doc:meta])* $name:ident = $code:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        #[error("{}: {}", $said, self.code())]
        #[non_exhaustive]
        pub enum $fault {
            $($(#[$doc])* $name,)+
        }

        impl $fault {
            /// The stable name of the fault: `reason` in JSON, and part of a message's id.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}
pub(in crate::wallet) use faults;

faults! {
    /// Why a pass is not handed to the phone's wallet.
    PassFault: "the pass is refused" {
        /// The file is above [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES).
        FileTooLarge = "file_too_large",
        /// The file does not begin as a zip does.
        NotAZip = "not_a_zip",
        /// A zip that was cut, or whose records or contents contradict themselves.
        DamagedZip = "damaged_zip",
        /// Bytes before, between or after the entries, or headers that disagree: two readers would see two archives.
        AmbiguousZip = "ambiguous_zip",
        /// More than [`MAX_ENTRIES`](super::MAX_ENTRIES) entries.
        TooManyEntries = "too_many_entries",
        /// An entry above [`MAX_ENTRY_BYTES`](super::MAX_ENTRY_BYTES) or above what it declares, or all of them above
        /// [`MAX_CONTENT_BYTES`](super::MAX_CONTENT_BYTES).
        InflatesTooLarge = "inflates_too_large",
        /// A name that leads out of the pass, or that two file systems would read in two ways.
        UnsafeName = "unsafe_name",
        /// Two entries of one name, capital letters aside.
        DuplicateName = "duplicate_name",
        /// A symbolic link, a device, or a folder with contents.
        NotAFile = "not_a_file",
        /// An encrypted entry.
        Encrypted = "encrypted",
        /// Neither stored nor deflated, or of Zip64.
        UnsupportedZip = "unsupported_zip",
        /// A `.pkpasses` file: a zip of several passes, which the app does not take yet.
        Bundle = "bundle",
        /// There is no `manifest.json`.
        NoManifest = "no_manifest",
        /// `manifest.json` is no object of names and SHA-1 sums.
        BadManifest = "bad_manifest",
        /// A file that the manifest does not name.
        ExtraFile = "extra_file",
        /// A file that only the manifest names.
        MissingFile = "missing_file",
        /// A file whose SHA-1 is not the manifest's.
        ChangedFile = "changed_file",
        /// There is no `signature`.
        NoSignature = "no_signature",
        /// `signature` is no detached CMS `SignedData` over plain data.
        BadSignature = "bad_signature",
        /// Signed by nobody or by several.
        NotOneSigner = "not_one_signer",
        /// Signed over SHA-1 or MD5.
        WeakDigest = "weak_digest",
        /// Signed by means other than RSA PKCS#1 or ECDSA over SHA-2.
        UnsupportedAlgorithm = "unsupported_algorithm",
        /// The signed attributes are missing, repeated or of another content.
        BadSignedAttributes = "bad_signed_attributes",
        /// A signature of another manifest.
        OtherManifest = "other_manifest",
        /// The signer's key did not make this signature.
        ForgedSignature = "forged_signature",
        /// The signer's certificate is not in the signature.
        NoSignerCertificate = "no_signer_certificate",
        /// The configured root is no certificate: a mistake of the build, not of the pass.
        BadRoot = "bad_root",
        /// The signer's certificate does not lead to the configured root.
        UntrustedSigner = "untrusted_signer",
        /// A certificate is over.
        CertificateExpired = "certificate_expired",
        /// A certificate is not valid yet; the phone's clock may be wrong.
        CertificateNotYetValid = "certificate_not_yet_valid",
        /// The signer's certificate may not sign passes.
        UnfitCertificate = "unfit_certificate",
        /// The signer's certificate is of another pass type.
        SignerOfOtherType = "signer_of_other_type",
        /// The signer's certificate is of another team.
        SignerOfOtherTeam = "signer_of_other_team",
        /// `pass.json` is missing or lacks what every pass has.
        BadPass = "bad_pass",
        /// A `formatVersion` other than 1.
        OtherFormat = "other_format",
        /// A pass of another type.
        OtherType = "other_type",
        /// A pass of another team.
        OtherTeam = "other_team",
        /// A pass of another serial number.
        OtherSerial = "other_serial",
        /// The issuer has declared it void.
        Voided = "voided",
        /// Its expiration date is past.
        Expired = "expired",
        /// Its web service is not reached over https.
        InsecureService = "insecure_service",
        /// A barcode that is not this member's code, or none.
        OtherBarcode = "other_barcode",
        /// The card of another member.
        OtherCard = "other_card",
        /// The card of another tier.
        OtherTier = "other_tier",
    }
}
