//! Why something cannot become a prompt, and what could be better about it, in both languages.

use bell_api::Language;
use bell_api::doors::{PromptUnfit, Refused};
use bell_media::prompt::PromptError;

use crate::audio::{Remark, SpeechError, Unfit};

/// A problem and what helps.
pub(super) struct Words {
    pub(super) problem: String,
    pub(super) remedy: String,
}

/// In the language of who asks.
pub(super) fn of(unfit: &Unfit, language: Language) -> Words {
    match language {
        Language::Chinese => chinese(unfit),
        Language::English => english(unfit),
    }
}

pub(super) fn refused(unfit: &Unfit) -> Refused {
    if let Unfit::Library(error) = unfit {
        return Refused::unavailable(format!("the library of prompts cannot be written: {error}"));
    }
    let (zh, en) = (chinese(unfit), english(unfit));
    PromptUnfit { detail: en.problem, detail_zh: zh.problem, remedy: en.remedy, remedy_zh: zh.remedy }.into()
}

fn english(unfit: &Unfit) -> Words {
    Words { problem: unfit.to_string(), remedy: unfit.remedy().to_owned() }
}

fn chinese(unfit: &Unfit) -> Words {
    const AS_WAV: &str = "请另存为 16 位 PCM 单声道 WAV 后再上传";
    let (problem, remedy) = match unfit {
        Unfit::Outside(_) | Unfit::Missing(_) | Unfit::NotFile(_) | Unfit::Unreadable(..) => {
            ("找不到音频文件".to_owned(), "请重新上传")
        }
        Unfit::TooLarge { length_max, .. } => {
            (format!("文件过大：最多 {} MB", length_max >> 20), "请缩短录音，或另存为 MP3")
        }
        Unfit::NotAudio => ("不是 WAV、MP3、Ogg Vorbis 或 FLAC 音频文件".to_owned(), AS_WAV),
        Unfit::Wav(error) => (format!("无法读取此 WAV 文件（{error}）"), AS_WAV),
        Unfit::Encoding(_) => ("不支持此文件的音频编码".to_owned(), AS_WAV),
        Unfit::Channels(channels) => (format!("文件有 {channels} 个声道"), "请另存为单声道或立体声"),
        Unfit::Damaged(_) => ("文件已损坏或不完整".to_owned(), "请重新上传，或从原始录音重新保存"),
        Unfit::TooLong(max) => (format!("时长超过 {} 秒", max.as_secs()), "请剪短，或拆分为多个提示音"),
        Unfit::TooQuiet { loudness_dbov, loudness_min_dbov } => (
            format!("音量过小：{loudness_dbov:.0} dBov，至少需要 {loudness_min_dbov:.0} dBov"),
            "请靠近话筒或提高录音音量后重新录制",
        ),
        Unfit::Prompt(error) => prompt(error),
        Unfit::Speech(error) => return spoken(error),
        Unfit::Library(_) => ("无法写入提示音库".to_owned(), "请检查磁盘空间和数据目录的权限"),
    };
    Words { problem, remedy: remedy.to_owned() }
}

fn prompt(error: &PromptError) -> (String, &'static str) {
    match error {
        PromptError::Channels { .. } | PromptError::Rate(_) => {
            ("采样率或声道无法转换".to_owned(), "请另存为 16 位 PCM 单声道 WAV 后再上传")
        }
        PromptError::Empty => ("文件里没有声音数据".to_owned(), "请重新录制"),
        PromptError::OnlySilence { peak_dbov } => {
            (format!("录音是静音：峰值只有 {peak_dbov:.1} dBov"), "请检查话筒后重新录制")
        }
        PromptError::Clipped { permille } => {
            (format!("录音削波失真：每 1000 个采样有 {permille} 个达到满幅"), "请把录音音量调低约 6 dB 后重新录制")
        }
        PromptError::TooLong { max, .. } => (format!("时长超过 {} 秒", max.as_secs()), "请剪短，或拆分为多个提示音"),
    }
}

fn spoken(error: &SpeechError) -> Words {
    let (problem, remedy) = match error {
        SpeechError::NothingToSay => ("没有可朗读的文字".to_owned(), "请输入文字"),
        SpeechError::TooLong { length, length_max } => {
            (format!("文字过长：{length} 字节，最多 {length_max} 字节"), "请拆分为多个提示音")
        }
        SpeechError::NotInstalled(_) => (
            "服务器未安装语音合成程序，无法朗读文字".to_owned(),
            "请上传录音，或在服务器上安装：apt-get install espeak-ng",
        ),
        SpeechError::Failed(..) => ("语音合成失败".to_owned(), "请上传录音，或在服务器上检查 espeak-ng"),
        // What is wrong with what it said is no use to who wrote the words.
        SpeechError::Unusable(_) => ("合成的语音无法播放".to_owned(), "请换一种说法，或上传录音"),
    };
    Words { problem, remedy: remedy.to_owned() }
}

/// What could be better.
pub(super) fn remark(remark: Remark, language: Language) -> String {
    match (language, remark) {
        (Language::English, remark) => remark.to_string(),
        (Language::Chinese, Remark::Noisy(distance)) => {
            format!("背景噪声只比人声低 {distance:.0} dB：请在安静的房间录制（音乐可忽略）")
        }
        (Language::Chinese, Remark::LongPause(pause)) => {
            format!("中间有 {:.1} 秒停顿：来电者可能以为已断线", pause.as_secs_f64())
        }
        (Language::Chinese, Remark::StaysQuiet(shortfall)) => {
            format!("比其他提示音低 {shortfall:.0} dB：请录得更响、更均匀")
        }
    }
}
