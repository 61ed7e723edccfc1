package ru.vremenagoda.testing

import java.awt.image.BufferedImage
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import javax.imageio.ImageIO
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject

/** A committed picture and what its code says; `null` where there is none to be read. */
class Picture(val file: String, val text: String?, val isReceipt: Boolean) {
    val path: Path get() = folder.resolve(file)

    /** Its bytes as the scanner takes them. */
    fun bytes(): ByteBuffer = direct(array())

    /** Its bytes. */
    fun array(): ByteArray = Files.readAllBytes(path)

    /** What a camera that looks at it would deliver. */
    fun frame(): Frame = Frame.of(ImageIO.read(path.toFile()))

    companion object {
        private val folder = Path.of(System.getProperty("vremena.pictures"))

        val all: List<Picture> = listed().map {
            val text = if (it.jsonObject["text"] is JsonNull) null else it.text("text")
            Picture(it.text("file"), text, it.text("receipt").toBoolean())
        }

        fun named(file: String): Picture = all.first { it.file == file }

        private fun listed() = Json.parseToJsonElement(Files.readString(folder.resolve("pictures.json"))).jsonArray
    }
}

/** A camera's Y plane: rows that are longer than the picture is wide. */
class Frame(val luma: ByteBuffer, val width: Int, val height: Int, val stride: Int) {
    /** The same as a camera sees it that is turned by a quarter: `Rotation.QUARTER` turns it upright. */
    fun turned(): Frame = drawn(height, width) { x, y -> luma.get(x * stride + width - 1 - y).toInt() }

    companion object {
        private const val PADDING = 37

        /** What has this luminance at each place. */
        fun drawn(width: Int, height: Int, luminance: (x: Int, y: Int) -> Int): Frame {
            val stride = width + PADDING
            val luma = ByteArray(stride * height)
            for (y in 0 until height) {
                for (x in 0 until width) luma[y * stride + x] = luminance(x, y).toByte()
            }
            return Frame(direct(luma), width, height, stride)
        }

        fun of(picture: BufferedImage): Frame = drawn(picture.width, picture.height) { x, y ->
            val rgb = picture.getRGB(x, y)
            (299 * (rgb shr 16 and 0xff) + 587 * (rgb shr 8 and 0xff) + 114 * (rgb and 0xff)) / 1000
        }
    }
}

/** Bytes where the core can see them. */
fun direct(bytes: ByteArray): ByteBuffer = ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()
