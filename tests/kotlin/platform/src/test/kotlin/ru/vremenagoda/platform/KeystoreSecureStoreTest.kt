package ru.vremenagoda.platform

import android.content.Context
import android.os.UserManager
import java.io.File
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import ru.vremenagoda.ffi.SecureStoreException
import ru.vremenagoda.kit.android.KeystoreSecureStore

@RunWith(RobolectricTestRunner::class)
class KeystoreSecureStoreTest {
    private val app: Context = RuntimeEnvironment.getApplication()
    private val store by lazy { KeystoreSecureStore(app) }
    private val secret = "a refresh token".toByteArray()
    private val files get() = File(app.noBackupFilesDir, "vremena-secrets").listFiles().orEmpty().toList()

    @Before
    fun keystore() = SoftwareKeystore.install()

    @Test
    fun `what was kept is there for the next process, and cannot be read in the file`() {
        assertNull(store.load("session"))
        store.save("session", secret)
        store.save("other", byteArrayOf())
        store.save("session", secret)
        val next = KeystoreSecureStore(app)
        assertArrayEquals(secret, next.load("session"))
        assertArrayEquals(byteArrayOf(), next.load("other"))
        assertEquals(2, files.size)
        for (file in files) assertFalse("refresh" in file.readText(Charsets.ISO_8859_1))
        next.remove("session")
        next.remove("session")
        assertNull(store.load("session"))
        assertArrayEquals(byteArrayOf(), store.load("other"))
    }

    @Test
    fun `a key that is gone, as on another phone, is a clean sign-in`() {
        for (loss in listOf(SoftwareKeystore.keys::clear, { SoftwareKeystore.isUnrecoverable = true })) {
            store.save("session", secret)
            store.save("other", secret)
            loss()
            assertNull(store.load("session"))
            assertNull(store.load("other"))
            assertEquals(emptyList<File>(), files)
            store.save("session", secret)
            assertArrayEquals(secret, store.load("session"))
        }
    }

    @Test
    fun `another key in its place, half a file or another's file is a clean sign-in`() {
        store.save("session", secret)
        val whole = files.single().readBytes()
        for (spoilt in listOf(whole.copyOf(5), whole.copyOf(whole.size - 1), byteArrayOf(), whole.reversedArray())) {
            store.save("session", secret)
            files.single().writeBytes(spoilt)
            assertNull(store.load("session"))
        }
        store.save("session", secret)
        store.save("other", "not this one".toByteArray())
        val (first, second) = files
        first.copyTo(second, overwrite = true)
        assertEquals(1, listOf("session", "other").mapNotNull { runCatching { store.load(it) }.getOrNull() }.size)
    }

    @Test
    fun `a key that cannot be used any more makes room for a new one`() {
        store.save("session", secret)
        SoftwareKeystore.isUnrecoverable = true
        store.save("session", secret)
        assertArrayEquals(secret, store.load("session"))
    }

    @Test
    fun `a phone that is locked, and a Keystore that does not answer, say later`() {
        store.save("session", secret)
        val users = shadowOf(app.getSystemService(UserManager::class.java))
        users.setUserUnlocked(false)
        assertThrows(SecureStoreException.Locked::class.java) { store.load("session") }
        assertThrows(SecureStoreException.Locked::class.java) { store.save("session", secret) }
        users.setUserUnlocked(true)
        SoftwareKeystore.isDead = true
        assertThrows(SecureStoreException.Locked::class.java) { store.load("session") }
        assertThrows(SecureStoreException.Locked::class.java) { store.save("session", secret) }
        SoftwareKeystore.isDead = false
        assertArrayEquals(secret, store.load("session"))
    }
}
