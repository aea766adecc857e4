export default {
  title: "登录",
  name: "用户名",
  password: "密码",
  submit: "登录",
} as const;
