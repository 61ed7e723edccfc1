package ru.vremenagoda.ffi

import java.io.RandomAccessFile
import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.Gallery
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.testing.Lent
import ru.vremenagoda.testing.SmallDisk
import ru.vremenagoda.testing.receiptText

class StorageErrorsTest {
    @Test
    fun `a file that is no database is set aside as it is, and the app begins anew`() = inGallery {
        val file = folder().resolve("member.db")
        val notes = "somebody's notes, and no database".repeat(200).toByteArray()
        Files.write(file, notes)
        val phone = phone(config().copy(directory = "${file.parent}"))
        val notice = phone.notices.list().single()
        assertEquals(NoticeKind.RECOVERED to 0u, notice.kind to notice.intentsSaved)
        assertArrayEquals(notes, Files.readAllBytes(phone.folder.resolve(notice.setAside)))
        assertNull(phone.account.member())
        signIn(phone)
        phone.capture(receiptText(1))
    }

    @Test
    fun `a file of a newer app is told, and is whole when the newer app is back`() = inGallery {
        val phone = signedIn()
        phone.capture(receiptText(1))
        phone.shutDown()
        val file = Path.of(phone.config.directory).resolve("member.db")
        val version = version(file, 4_000)
        assertEquals(StorageFault.NEWER, refused(file.parent).fault)
        version(file, version)
        assertEquals(1, Phone.open(phone.config, phone.lent).run { outbox.page(0, 10u).also { shutDown() } }.size)
    }

    @Test
    fun `a folder that is a file cannot be opened`() = inGallery {
        val file = Files.createFile(folder().resolve("a file"))
        assertEquals(StorageFault.UNAVAILABLE, refused(file).fault)
        val place = folder()
        Files.createDirectory(place.resolve("member.db"))
        assertEquals(StorageFault.UNAVAILABLE, refused(place).fault)
    }

    @Test
    fun `a full disk captures nothing more, and loses nothing`() = inGallery {
        SmallDisk(folder(), kilobytes = 768).use { disk ->
            val phone = signedIn(config = config().copy(directory = "${disk.folder}"))
            var captured = 0
            val full = assertThrows<CoreException.Storage> {
                while (captured < 1_000) phone.capture(receiptText(captured + 1)).also { captured += 1 }
            }
            assertEquals(StorageFault.FULL, full.fault)
            assertEquals(minOf(captured, 200), phone.receipts.page(null, 200u).size)
            disk.remount("size=4096k")
            phone.capture(receiptText(captured + 1))
            assertEquals(minOf(captured + 1, 200), phone.outbox.page(0, 200u).size)
            phone.shutDown()
        }
    }

    @Test
    fun `a disk that can only be read is told to be so`() = inGallery {
        SmallDisk(folder(), kilobytes = 4_096).use { disk ->
            val app = disk.folder.resolve("app")
            disk.remount("ro")
            assertEquals(StorageFault.READ_ONLY, refused(app).fault)
            disk.remount("rw")
            phone(config().copy(directory = "$app")).shutDown()
            disk.remount("ro")
            assertEquals(StorageFault.READ_ONLY, refused(app).fault)
        }
    }

    /** Nobody, not even root, makes a folder in the system's own view of its devices. */
    @Test
    fun `a folder that cannot be written is told to be so`() = inGallery {
        assertEquals(StorageFault.READ_ONLY, refused(Path.of("/sys/vremena")).fault)
    }

    @Test
    fun `files of a newer app are told when the app comes back, and it stays paused`() = inGallery {
        val phone = signedIn()
        phone.core.pause()
        val file = phone.folder.resolve("member.db")
        val version = version(file, 4_000)
        assertEquals(StorageFault.NEWER, assertThrows<CoreException.Storage> { phone.core.resume() }.fault)
        assertThrows<CoreException.Paused> { phone.receipts.page(null, 10u) }
        assertThrows<CoreException.Paused> { phone.notices.list() }
        version(file, version)
        phone.core.resume()
        phone.capture(receiptText(1))
    }

    @Test
    fun `a lost cache costs nothing`() = inGallery {
        val phone = signedIn()
        val before = phone.programme.snapshot()
        phone.close()
        for (name in listOf("cache.db", "cache.db-wal", "cache.db-shm")) {
            Files.write(Path.of(phone.config.directory).resolve(name), "no database".toByteArray())
        }
        val again = phone(phone.config, phone.lent)
        assertEquals(before, again.programme.snapshot())
        again.sync.pull()
    }

    @Test
    fun `an address that is none is a fault of the configuration`() = inGallery {
        for (address in listOf("nonsense", "", "ftp://gallery.example", "http://")) {
            val refused = assertThrows<CoreException.Configuration>(address) {
                VremenaCore.open(config().copy(baseUrl = address), Lent().ports())
            }
            assertTrue("base_url" in refused.detail, refused.detail)
        }
        assertThrows<CoreException.Configuration>("no certificate") {
            VremenaCore.open(config().copy(extraRoots = listOf(ByteArray(3))), Lent().ports())
        }
    }

    private suspend fun Gallery.refused(directory: Path): CoreException.Storage = assertThrows<CoreException.Storage> {
        VremenaCore.open(config().copy(directory = directory.toString()), Lent().ports())
    }

    /** Writes the number that SQLite keeps for its user at this place of a file's header; gives what was there. */
    private fun version(file: Path, version: Int): Int = RandomAccessFile(file.toFile(), "rw").use {
        it.seek(60)
        val before = it.readInt()
        it.seek(60)
        it.writeInt(version)
        before
    }
}
