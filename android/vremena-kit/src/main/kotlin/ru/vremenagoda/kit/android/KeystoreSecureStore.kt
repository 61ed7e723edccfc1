package ru.vremenagoda.kit.android

import android.content.Context
import android.os.UserManager
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.AtomicFile
import java.io.File
import java.io.FileNotFoundException
import java.security.GeneralSecurityException
import java.security.InvalidKeyException
import java.security.KeyStore
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import ru.vremenagoda.ffi.SecureStore
import ru.vremenagoda.ffi.SecureStoreException

/**
 * The phone's place for secrets: each value in a file of its own that no backup takes, under an AES key that never leaves
 * the Android Keystore.
 *
 * A phone that has not been unlocked since it was started, and a Keystore that does not answer, are
 * [SecureStoreException.Locked]: "later". A key that is lost for good, as after a restore on another phone, makes what
 * stands under it worthless: it is forgotten, and the member signs in again.
 */
public class KeystoreSecureStore(context: Context) : SecureStore {
    private val app = context.applicationContext
    private val folder = File(app.noBackupFilesDir, FOLDER)

    override fun load(key: String): ByteArray? = answering {
        val sealed = try {
            file(key).readFully()
        } catch (_: FileNotFoundException) {
            return@answering null
        }
        try {
            secret()?.let { opened(sealed, key, it) } ?: lost()
        } catch (_: AEADBadTagException) {
            lost()
        } catch (_: UnrecoverableKeyException) {
            lost()
        } catch (_: InvalidKeyException) {
            lost()
        }
    }

    override fun save(key: String, value: ByteArray): Unit = answering {
        val sealed = try {
            sealed(value, key, secret() ?: newSecret())
        } catch (_: GeneralSecurityException) {
            // It cannot be used any more, and neither can what it has sealed.
            lost()
            sealed(value, key, newSecret())
        }
        folder.mkdirs()
        val file = file(key)
        val stream = file.startWrite()
        try {
            stream.write(sealed)
            file.finishWrite(stream)
        } catch (trouble: Throwable) {
            file.failWrite(stream)
            throw trouble
        }
    }

    override fun remove(key: String): Unit = answering { file(key).delete() }

    /** All of a call: what the system throws is told in the port's words. */
    private inline fun <T> answering(call: () -> T): T {
        if (!app.service<UserManager>().isUserUnlocked) throw SecureStoreException.Locked()
        return try {
            synchronized(LOCK) { call() }
        } catch (_: ProviderException) {
            // The Keystore's own process has gone or is not there yet.
            throw SecureStoreException.Locked()
        } catch (_: GeneralSecurityException) {
            throw SecureStoreException.Failed("keystore-security")
        } catch (_: java.io.IOException) {
            throw SecureStoreException.Failed("keystore-io")
        }
    }

    /** What stands under a lost key: nothing, from now on. */
    private fun lost(): ByteArray? {
        keyStore().deleteEntry(ALIAS)
        folder.deleteRecursively()
        return null
    }

    private fun secret(): SecretKey? = keyStore().getKey(ALIAS, null) as SecretKey?

    private fun newSecret(): SecretKey {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val form = KeyGenParameterSpec.Builder(ALIAS, purposes)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(KEY_BITS)
            .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).run {
            init(form)
            generateKey()
        }
    }

    private fun sealed(value: ByteArray, key: String, secret: SecretKey): ByteArray {
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, secret) }
        cipher.updateAAD(key.toByteArray())
        return cipher.iv + cipher.doFinal(value)
    }

    private fun opened(sealed: ByteArray, key: String, secret: SecretKey): ByteArray {
        if (sealed.size < IV_BYTES) throw AEADBadTagException()
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, secret, GCMParameterSpec(TAG_BITS, sealed, 0, IV_BYTES))
        cipher.updateAAD(key.toByteArray())
        return cipher.doFinal(sealed, IV_BYTES, sealed.size - IV_BYTES)
    }

    private fun keyStore(): KeyStore = KeyStore.getInstance(PROVIDER).apply { load(null) }

    /** The keys are the core's own, plain words; whatever else one were, it is a name of a file. */
    private fun file(key: String) = AtomicFile(File(folder, key.toByteArray().joinToString("") { "%02x".format(it) }))

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val ALIAS = "ru.vremenagoda.kit"
        const val FOLDER = "vremena-secrets"
        const val CIPHER = "AES/GCM/NoPadding"
        const val KEY_BITS = 256
        const val TAG_BITS = 128
        const val IV_BYTES = 12

        /** One key and one folder for all of the process. */
        val LOCK = Any()
    }
}
