package ru.vremenagoda.platform

import android.security.keystore.KeyGenParameterSpec
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.ProviderException
import java.security.SecureRandom
import java.security.Security
import java.security.UnrecoverableKeyException
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.SecretKeySpec

/** Stands in for the phone's Keystore, which Robolectric does not have. */
object SoftwareKeystore {
    val keys = ConcurrentHashMap<String, SecretKey>()

    /** Its process does not answer. */
    @Volatile
    var isDead = false

    /** It knows of the key, and cannot give it out any more. */
    @Volatile
    var isUnrecoverable = false

    fun install() {
        keys.clear()
        isDead = false
        isUnrecoverable = false
        Security.removeProvider(NAME)
        Security.addProvider(SoftwareProvider())
    }

    private const val NAME = "AndroidKeyStore"

    private class SoftwareProvider : Provider(NAME, "1.0", "Keys of a test") {
        init {
            putService(object : Service(this, "KeyStore", NAME, Store::class.java.name, null, null) {
                override fun newInstance(parameter: Any?): Any = Store()
            })
            putService(object : Service(this, "KeyGenerator", "AES", Generator::class.java.name, null, null) {
                override fun newInstance(parameter: Any?): Any = Generator()
            })
        }
    }

    private class Generator : KeyGeneratorSpi() {
        private var form: KeyGenParameterSpec? = null

        override fun engineInit(random: SecureRandom?) = error("an alias is missing")

        override fun engineInit(form: AlgorithmParameterSpec?, random: SecureRandom?) {
            this.form = form as KeyGenParameterSpec
        }

        override fun engineInit(size: Int, random: SecureRandom?) = error("an alias is missing")

        override fun engineGenerateKey(): SecretKey {
            if (isDead) throw ProviderException("no answer")
            val form = checkNotNull(form)
            val bytes = ByteArray(form.keySize / 8).also(SecureRandom()::nextBytes)
            return SecretKeySpec(bytes, "AES").also { keys[form.keystoreAlias] = it }
        }
    }

    private class Store : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) {
            if (isDead) throw ProviderException("no answer")
        }

        override fun engineGetKey(alias: String, password: CharArray?): Key? {
            if (isUnrecoverable) throw UnrecoverableKeyException("gone")
            return keys[alias]
        }

        override fun engineDeleteEntry(alias: String) {
            keys.remove(alias)
            isUnrecoverable = false
        }

        override fun engineContainsAlias(alias: String): Boolean = keys.containsKey(alias)

        override fun engineIsKeyEntry(alias: String): Boolean = keys.containsKey(alias)

        override fun engineAliases(): Enumeration<String> = Collections.enumeration(keys.keys)

        override fun engineSize(): Int = keys.size

        override fun engineIsCertificateEntry(alias: String): Boolean = false

        override fun engineGetCertificate(alias: String): Certificate? = null

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null

        override fun engineGetCertificateAlias(certificate: Certificate): String? = null

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) =
            throw UnsupportedOperationException()

        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) =
            throw UnsupportedOperationException()

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) =
            throw UnsupportedOperationException()

        override fun engineStore(stream: OutputStream?, password: CharArray?) = throw UnsupportedOperationException()
    }
}
