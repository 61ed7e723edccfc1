package ru.vremenagoda.testing

import java.nio.file.Path
import java.security.cert.CertificateFactory
import java.util.Base64
import kotlin.io.path.inputStream

/** By what a phone knows a gallery over TLS: its authority's certificate (DER), the key that it has and its spare. */
class Trust(val root: ByteArray, val pins: List<ByteArray>) {
    companion object {
        /** From the certificate's file and both pins, as the sandbox prints them. */
        internal fun told(lines: List<String>): Trust {
            val (root, pin, backup) = lines
            val x509 = CertificateFactory.getInstance("X.509")
            val certificate = Path.of(root).inputStream().use { x509.generateCertificate(it) }
            return Trust(certificate.encoded, listOf(pin, backup).map { Base64.getDecoder().decode(it) })
        }
    }
}
